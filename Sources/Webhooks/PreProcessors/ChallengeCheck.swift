import FoundationEssentials
import Verification

/// `type: challenge`: returns the challenge of a sender that has no preset.
struct ChallengeCheck: PreProcessor {
  static let type = "challenge"
  static let documentation = """
    Answers the handshake of a sender that has no preset. The answer is a value of the request, as \
    text or as JSON, or a fixed text, or a status alone. No task is made. A request that isn't a \
    handshake goes on to the next pre-processor. A challenge proves nothing about the sender: \
    another pre-processor has to stand beside it.
    """
  static let example = """
    type: challenge
    parameter: challenge
    token_parameter: verify_token
    tokens:
      - {secret: verify}
    """
  static let isProof = false

  private enum Keys {
    static let methods = Option(
      "methods", .list(of: .method, "HTTP methods").withoutRepetition { $0 }, default: ["GET"],
      "The methods of the handshake. The webhook's `methods` need not list them.")
    static let parameter = Option(
      optional: "parameter", .line, "The query parameter whose value is the answer.")
    static let header = Option(
      optional: "header", .headerName, "The header whose value is the answer.")
    static let field = Option(
      optional: "body_field", .jsonPath, "The path of the text in a JSON body that is the answer.")
    static let fixed = Option(
      optional: "fixed", .text, "A fixed answer, whatever the request says. Not for POST.")
    static let status = Option(
      optional: "status", .status("a status from 200 to 299", in: [200...299]),
      "The status of an answer without a body. Not for POST.")
    static let json = Option(
      optional: "json", .line,
      "The member of a JSON answer that holds the value. By default the answer is text.")
    static let tokenParameter = Option(
      optional: "token_parameter", .line,
      "A query parameter that has to equal one of the tokens. Otherwise the answer is 403.")
    static let tokens = Option(
      "tokens", .secrets, default: [], "The tokens for `token_parameter`, in the form of secrets.")

    static let sources: [any DocumentedOption] = [
      parameter, header, field, fixed, status,
    ]
  }

  static let options: [any DocumentedOption] =
    Keys.sources + [Keys.methods, Keys.json, Keys.tokenParameter, Keys.tokens]

  private let handshake: Handshake
  private let answers: SenderOptions
  private let tokenParameter: String?

  init?(reading mapping: Mapping) {
    let sources: [HandshakeSource?] = [
      mapping[Keys.parameter].map { .parameter($0) }, mapping[Keys.header].map { .header($0) },
      mapping[Keys.field].map { .body($0) },
    ]
    let source = sources.compactMap(\.self).first
    let json = mapping[Keys.json]
    let replies: [HandshakeReply?] = [
      source.map { source in json.map { .json($0, source) } ?? .text(source) },
      mapping[Keys.fixed].map { .fixed(type: "text/plain", body: $0) },
      mapping[Keys.status].map { .status($0) },
    ]
    let methods = Set(mapping[Keys.methods])
    tokenParameter = mapping[Keys.tokenParameter]
    var answers = SenderOptions()
    answers.verifyTokens = mapping[Keys.tokens]
    self.answers = answers
    guard mapping.hasOne(of: Keys.sources), var reply = replies.compactMap(\.self).first
    else { return nil }
    guard (tokenParameter == nil) == answers.verifyTokens.isEmpty else {
      mapping.found.report("token_parameter and tokens can only be given together")
      return nil
    }
    // A handshake without a condition would answer every POST, and every delivery would be lost.
    guard source != nil || methods.isSubset(of: ["GET", "HEAD", "OPTIONS"]) else {
      mapping.report(
        at: Keys.methods,
        "expected GET, HEAD or OPTIONS, since fixed and status answer every request")
      return nil
    }
    var conditions = source.map { [HandshakeCondition.has($0)] } ?? []
    if let tokenParameter {
      reply = .checked(parameter: tokenParameter, reply, otherwise: 403)
      conditions.append(.has(.parameter(tokenParameter)))
    }
    handshake = Handshake(methods: methods, when: conditions, reply: reply)
  }

  var words: String {
    "Answers a handshake with method \(handshake.methods.sorted().joined(separator: " or ")); "
      + "proves nothing about the sender."
  }
  var handshakeMethods: Set<String> { handshake.methods }
  var secretParameters: Set<String> { Set([tokenParameter].compactMap(\.self)) }

  func check(_ request: Request, at now: Date) throws(Rejection) -> PreProcessorOutcome {
    guard let answer = try handshake.answer(request, with: answers, at: now) else {
      return .passed(Proof(verified: "none"))
    }
    return PreProcessorOutcome(answer)
  }
}
