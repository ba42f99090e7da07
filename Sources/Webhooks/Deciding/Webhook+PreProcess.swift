import FoundationEssentials
import Verification

extension Webhook {
  /// Admits a request whose method this webhook takes for deliveries or for handshakes.
  ///
  /// - Throws: a rejection if the webhook is disabled or doesn't take the method.
  func admit(_ request: Request) throws(Rejection) {
    guard !isDisabled else {
      throw Rejection(.disabled, check: "disabled", "the webhook is disabled")
    }
    guard methods.contains(request.method) || handshakeMethods.contains(request.method) else {
      throw methodRejection(request, "\(request.method) is not accepted")
    }
  }

  /// Runs the pre-processors in their order, until one refuses or answers. If a sender brings a
  /// secret along, the later pre-processors run too before the secret is taken.
  ///
  /// - Parameters:
  ///   - request: the request with its body.
  ///   - now: the moment that timestamps and the ends of secrets are compared with.
  ///   - steps: collects the outcome of each pre-processor that runs.
  /// - Returns: the answer to a handshake, or the facts that all pre-processors learned.
  /// - Throws: the rejection of the first pre-processor that refuses.
  func preProcess(
    _ request: Request, at now: Date, steps: inout [PreProcessorStep]
  ) throws(Rejection) -> PreProcessorOutcome {
    var request = request
    request.publicURL = request.publicURL ?? publicURL
    var proofs: [Proof] = []
    var taught: (answer: Answer, remains: Remains)?
    for (index, configured) in preProcessors.enumerated() {
      let outcome: PreProcessorStep.Outcome
      defer { steps.append(.init(type: configured.type, index: index, outcome: outcome)) }
      do throws(Rejection) {
        switch try configured.check.check(request, at: now) {
        case .passed(let proof):
          outcome = .passed(proof)
          if configured.isProof { proofs.append(proof) }
        case .answered(let answer, let remains):
          outcome = .answered(secretName: remains.secretName)
          guard taught != nil || remains.learned != nil else {
            return .answered(answer, leaving: remains)
          }
          taught = taught ?? (answer, remains)
        }
      } catch {
        let judged = configured.judged(error)
        outcome = configured.isObserved ? .observed(judged) : .failed(judged)
        if configured.isObserved { continue }
        throw rejection(error, of: configured, request)
      }
    }
    if let taught { return .answered(taught.answer, leaving: taught.remains) }
    // Only handshakes may use this method, and the request wasn't a handshake.
    guard methods.contains(request.method) else {
      throw methodRejection(
        request, "\(request.method) is the method of neither a delivery nor a handshake")
    }
    return .passed(proof(proofs, of: request))
  }

  /// Returns the facts that all pre-processors learned about a request. The places of secrets are
  /// left out whichever check passed.
  private func proof(_ proofs: [Proof], of request: Request) -> Proof {
    Proof(
      verified: proofs.isEmpty ? "none" : proofs.map(\.verified).joined(separator: ","),
      secretName: proofs.compactMap(\.secretName).first,
      senderDelivery: senderDelivery(of: request) ?? proofs.compactMap(\.senderDelivery).first,
      omittedHeaders: secretPlaces.headers, maskedParameters: secretPlaces.parameters)
  }

  private func rejection(
    _ rejection: Rejection, of configured: ConfiguredPreProcessor, _ request: Request
  ) -> Rejection {
    guard methods.contains(request.method) || rejection.cause != .unverified else {
      return methodRejection(
        request, "this \(request.method) isn't a known handshake: \(rejection.reason)")
    }
    var judged = configured.judged(rejection)
    judged.check = configured.type
    return judged
  }

  private func methodRejection(_ request: Request, _ reason: String) -> Rejection {
    var rejection = Rejection(.method, check: "method", reason)
    rejection.allowedMethods = methods
    return rejection
  }

  /// Returns the sender's own id of the delivery from the header that `delivery_id_header` names.
  private func senderDelivery(of request: Request) -> String? {
    guard let header = deliveryIDHeader, let value = try? request.headers.value(header),
      !value.isEmpty
    else { return nil }
    return String(decoding: value, as: UTF8.self)
  }

  /// Whether a sender of this webhook signs the body without its content coding.
  var signsDecodedBody: Bool {
    preProcessors.contains { $0.check.senders.contains(where: \.sender.signsDecodedBody) }
  }
}
