import Foundation
import Verification

/// `type: challenge`: returns the challenge of a sender that has no preset.
struct ChallengeCheck: PreProcessor {
  static let type = "challenge"
  static let documentation = """
    Answers the handshake of a sender that has no preset: a value of the request is said back, as \
    text or as JSON, or a fixed text or bare status is the answer, and no task is made. A request \
    that is none goes on to the next pre-processor. \
    It proves nothing: there has to be another pre-processor beside it.
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
      "The methods that the handshake comes with; they need not be among those of the webhook.")
    static let parameter = Option(
      optional: "parameter", .line, "The query parameter that is said back.")
    static let header = Option(
      optional: "header", .headerName, "The header whose value is said back.")
    static let field = Option(
      optional: "body_field", .jsonPath, "The way to the text of a JSON body that is said back.")
    static let fixed = Option(
      optional: "fixed", .text, "The answer's text, whatever the request says; not for POST.")
    static let status = Option(
      optional: "status", .status("a status from 200 to 299", in: [200...299]),
      "The answer's status, with nothing in the body; not for POST.")
    static let json = Option(
      optional: "json", .line,
      "The member of a JSON answer that holds the value; by default the answer is text.")
    static let tokenParameter = Option(
      optional: "token_parameter", .line,
      "A query parameter that has to equal one of the tokens; else the answer is a 403.")
    static let tokens = Option(
      "tokens", .secrets, default: [], "The tokens, like secrets, for `token_parameter`.")

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
      mapping.found.report("token_parameter and tokens need each other")
      return nil
    }
    // A handshake without a condition would answer every POST, and every delivery would be lost.
    guard source != nil || methods.isSubset(of: ["GET", "HEAD", "OPTIONS"]) else {
      mapping.report(at: Keys.methods, "expected GET, HEAD or OPTIONS for an answer to everything")
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
    "Answers a handshake that comes with \(handshake.methods.sorted().joined(separator: " or ")); "
      + "proves nothing."
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
