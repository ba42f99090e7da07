import FoundationEssentials
import Verification

/// `type: any_of`: one of several pre-processors passes.
struct AnyOfCheck: PreProcessor {
  static let type = "any_of"
  static let documentation = """
    One of several pre-processors has to pass, so that an old scheme and a new one can overlap. \
    The log names the first that passes. If none passes, the answer is 503 if one of them could \
    not decide yet. Otherwise it is the answer on which all of them agree, or 401.
    """
  static let example = """
    type: any_of
    of:
      - {type: sender, sender: github, secrets: [{secret: github}]}
      - {type: header, name: X-Webhook-Secret, secrets: [{secret: erp-stock}]}
    """

  private static let of = Option(
    required: "of", .list(of: .kind(kinds, "a pre-processor"), "pre-processors"),
    "The pre-processors, of the kinds that prove who sent.")

  private static let kinds = PreProcessors.alternatives.map { type in
    Kind<any PreProcessor>(type: type.type, options: type.options) { type.init(reading: $0) }
  }

  static let options: [any DocumentedOption] = [of]

  private var alternatives: [any PreProcessor]

  init?(reading mapping: Mapping) {
    guard let alternatives = mapping[Self.of] else { return nil }
    self.alternatives = alternatives
  }

  var words: String {
    "One of: "
      + alternatives.map { "\(Swift.type(of: $0).type): \($0.words)" }.joined(separator: " ")
  }
  var needsPublicURL: Bool { alternatives.contains(where: \.needsPublicURL) }
  var secretHeaders: Set<String> {
    alternatives.reduce(into: []) { $0.formUnion($1.secretHeaders) }
  }
  var secretParameters: Set<String> {
    alternatives.reduce(into: []) { $0.formUnion($1.secretParameters) }
  }
  var secretPaths: [JSONPath] { alternatives.flatMap(\.secretPaths) }
  var handshakeMethods: Set<String> {
    alternatives.reduce(into: []) { $0.formUnion($1.handshakeMethods) }
  }
  var sender: Sender? { alternatives.lazy.compactMap(\.sender).first }
  var senders: [ConfiguredSender] { alternatives.flatMap(\.senders) }

  func with(fetched: KeyStore) -> AnyOfCheck {
    var check = self
    check.alternatives = alternatives.map { $0.with(fetched: fetched) }
    return check
  }

  func with(learned: [String: LearnedSecret]) -> AnyOfCheck {
    var check = self
    check.alternatives = alternatives.map { $0.with(learned: learned) }
    return check
  }

  /// Returns the request as the first alternative that can sign it signs it.
  func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    var failure: Unsignable?
    for alternative in alternatives {
      do throws(Unsignable) {
        return try alternative.signed(request, at: now)
      } catch {
        failure = failure ?? error
      }
    }
    throw failure ?? Unsignable("there is no pre-processor to sign for")
  }

  func check(_ request: Request, at now: Date) throws(Rejection) -> PreProcessorOutcome {
    var rejections: [Rejection] = []
    var reasons: [String] = []
    for alternative in alternatives {
      do throws(Rejection) {
        return try alternative.check(request, at: now)
      } catch {
        rejections.append(error)
        reasons.append("\(Swift.type(of: alternative).type): \(error.reason)")
      }
    }
    let kinds = Set(rejections.map(\.cause))
    let agreed = kinds.count == 1 ? kinds.first : nil
    var rejection = Rejection(
      kinds.contains(.unavailable) ? .unavailable : agreed ?? .unverified,
      "none of \(rejections.count) passes: " + reasons.joined(separator: "; "))
    rejection.wantedKey = rejections.lazy.compactMap(\.wantedKey).first
    throw rejection
  }
}
