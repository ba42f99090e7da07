import Foundation
import Verification

extension Webhook {
  /// Lets a request in that this webhook takes at all, be it as a handshake.
  func admit(_ request: Request) throws(Rejection) {
    guard !isDisabled else { throw Rejection(.disabled, check: "disabled", "it is disabled") }
    guard methods.contains(request.method) || handshakeMethods.contains(request.method) else {
      throw methodRejection(request, "\(request.method) is not taken")
    }
  }

  /// What came of the pre-processors.
  enum PreProcessing {
    case passed(Proof)
    case answered(Answer, leaving: Remains)
    case rejected(Rejection)
  }

  /// Runs the pre-processors in their order, until one refuses or answers. Before a secret is taken that a
  /// sender brings along, all of them have their say, also those behind.
  ///
  /// - Parameter steps: takes what each of them said.
  func preProcess(
    _ request: Request, at now: Date, steps: inout [PreProcessorStep]
  ) -> PreProcessing {
    var request = request
    request.publicURL = request.publicURL ?? publicURL
    var proofs: [Proof] = []
    var taught: (answer: Answer, remains: Remains)?
    for (index, configured) in preProcessors.enumerated() {
      let outcome: PreProcessorStep.Outcome
      defer { steps.append(.init(type: configured.type, index: index, outcome: outcome)) }
      do throws(Refusal) {
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
        return .rejected(rejection(error, of: configured, request))
      }
    }
    if let taught { return .answered(taught.answer, leaving: taught.remains) }
    // A method that only handshakes come with, and this was none.
    guard methods.contains(request.method) else {
      return .rejected(methodRejection(request, "\(request.method) is no handshake here"))
    }
    return .passed(proof(proofs, of: request))
  }

  /// All that was learned of a request. What carries a secret is left out whichever check has passed it.
  private func proof(_ proofs: [Proof], of request: Request) -> Proof {
    Proof(
      verified: proofs.isEmpty ? "none" : proofs.map(\.verified).joined(separator: ","),
      secretName: proofs.compactMap(\.secretName).first,
      senderDelivery: senderDelivery(of: request) ?? proofs.compactMap(\.senderDelivery).first,
      omittedHeaders: secretPlaces.headers, maskedParameters: secretPlaces.parameters)
  }

  private func rejection(
    _ refusal: Refusal, of configured: ConfiguredPreProcessor, _ request: Request
  ) -> Rejection {
    guard methods.contains(request.method) || refusal.kind != .unverified else {
      return methodRejection(
        request, "\(request.method) is no handshake that is known: \(refusal.reason)")
    }
    return Rejection(configured.judged(refusal), check: configured.type)
  }

  private func methodRejection(_ request: Request, _ reason: String) -> Rejection {
    var rejection = Rejection(.method, check: "method", reason)
    rejection.allowedMethods = methods
    return rejection
  }

  /// The sender's own id of the delivery, where `delivery_id_header` names its place.
  private func senderDelivery(of request: Request) -> String? {
    guard let header = deliveryIDHeader, let value = try? request.headers.value(header),
      !value.isEmpty
    else { return nil }
    return String(decoding: value, as: UTF8.self)
  }

  /// Whether one of its senders signs bodies as they are without their content coding.
  var signsDecodedBody: Bool {
    preProcessors.contains { $0.check.senders.contains(where: \.sender.signsDecodedBody) }
  }

  /// The sender's own id of a delivery, as the preset knows it that a proof is by.
  func senderDelivery(of request: Request, by proof: Proof) -> String? {
    let proved = proof.verified.split(separator: ",")
    return preProcessors.flatMap(\.check.senders)
      .first { proved.contains("sender:\($0.sender.name)") }?.senderDelivery(of: request)
  }
}
