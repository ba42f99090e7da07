import Bytes
import FoundationEssentials

/// The computation of the answer to one handshake request.
struct HandshakeResponder {
  let request: Request
  let options: SenderOptions
  let now: Date
  /// The characters of a token: base64 in either alphabet. A JSON object always has others.
  private static let tokenBytes = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_=-".utf8)

  func answer(_ reply: HandshakeReply) throws(Rejection) -> HandshakeAnswer {
    switch reply {
    case .status(let status): return HandshakeAnswer(Answer(status: status))
    case .fixed(let type, let body): return HandshakeAnswer(.content(type, Array(body.utf8)))
    case .text(let source): return HandshakeAnswer(.text(try value(source)))
    case .header(let name, let source):
      return HandshakeAnswer(
        Answer(status: 200, headers: [.init(name, try fieldValue(try value(source)))]))
    case .json(let name, let source): return HandshakeAnswer(try .json([(name, try value(source))]))
    case .checked(let parameter, let reply, let otherwise):
      let token = try value(.parameter(parameter))
      guard options.verifyTokens.first(equalTo: token, at: now) != nil else {
        return HandshakeAnswer(Answer(status: otherwise))
      }
      return try answer(reply)
    case .learned(let source, let header): return try learned(source, header)
    case .opened(let source, let hosts): return try opened(source, hosts)
    case .cloudEvents: return try cloudEvents()
    case .zoom: return try zoom()
    case .responseToken(let source): return try responseToken(source)
    case .ebay: return try ebay()
    case .applicationID:
      guard let id = options.applicationID else {
        throw .unavailable("no application id is configured")
      }
      return HandshakeAnswer(.text(Base64.encode(Array(id.utf8))))
    }
  }

  private func value(_ source: HandshakeSource) throws(Rejection) -> [UInt8] {
    guard let value = try source.value(in: request) else {
      throw .unverified("the challenge is missing")
    }
    return value
  }

  /// Returns a value as text if it may stand in a header.
  private func fieldValue(_ bytes: [UInt8]) throws(Rejection) -> String {
    guard !bytes.isEmpty, bytes.allSatisfy({ 0x20...0x7E ~= $0 }) else {
      throw .unverified("the challenge can't stand in a header")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func learned(_ source: HandshakeSource, _ header: String?) throws(Rejection)
    -> HandshakeAnswer
  {
    let secret = try value(source)
    guard !secret.isEmpty else {
      throw .unverified("the secret that the sender brings along is empty")
    }
    var answer = HandshakeAnswer(
      Answer(status: 200), learned: Secret(secret, name: "handshake"))
    if let header { answer.headers = [.init(header, try fieldValue(secret))] }
    return answer
  }

  private func opened(
    _ source: HandshakeSource, _ hosts: [HostPattern]
  ) throws(Rejection) -> HandshakeAnswer {
    let url = String(decoding: try value(source), as: UTF8.self)
    guard hosts.contains(where: { $0.matches(url: url) }) else {
      throw .unverified("the host of the URL to open isn't one of the sender's")
    }
    return HandshakeAnswer(Answer(status: 200), open: url)
  }

  private func cloudEvents() throws(Rejection) -> HandshakeAnswer {
    let origin = try fieldValue(try value(.header("WebHook-Request-Origin")))
    guard options.origins.isEmpty || options.origins.contains(origin) else {
      throw .forbidden("the origin that asks to send isn't allowed")
    }
    var answer = Answer(
      status: 200, headers: [.init("Allow", "POST"), .init("WebHook-Allowed-Origin", origin)])
    if let rate = try HandshakeSource.header("WebHook-Request-Rate").value(in: request) {
      answer.headers.append(.init("WebHook-Allowed-Rate", try fieldValue(rate)))
    }
    return HandshakeAnswer(answer)
  }

  /// Returns the key for the answer: the first secret that is in use.
  private func key() throws(Rejection) -> [UInt8] {
    guard let secret = options.secrets.first(where: { $0.isUsable(at: now) }) else {
      throw .unavailable("there is no secret to answer the challenge with")
    }
    return secret.bytes
  }

  private func zoom() throws(Rejection) -> HandshakeAnswer {
    let token = try value(.body(.of("payload", "plainToken")))
    let code = HashName.sha256.authenticationCode(of: token, key: try key())
    return HandshakeAnswer(
      try .json([("plainToken", token), ("encryptedToken", Hex.encode(code))]))
  }

  /// Signs X's challenge. The answer has the same key and form as the signature of a delivery, so a
  /// challenge that could be a delivery's body isn't signed.
  private func responseToken(_ source: HandshakeSource) throws(Rejection) -> HandshakeAnswer {
    let token = try value(source)
    guard 1...128 ~= token.count, token.allSatisfy({ Self.tokenBytes.contains($0) }) else {
      throw .unverified("the challenge isn't a token: 1 to 128 letters, digits and + / _ = -")
    }
    let code = HashName.sha256.authenticationCode(of: token, key: try key())
    return HandshakeAnswer(
      try .json([("response_token", Array("sha256=".utf8) + Base64.encode(code))]))
  }

  private func ebay() throws(Rejection) -> HandshakeAnswer {
    guard let token = options.verifyTokens.first(where: { $0.isUsable(at: now) }) else {
      throw .unavailable("there is no verify token to answer the challenge with")
    }
    let code = try value(.parameter("challenge_code"))
    let digest = HashName.sha256.digest(of: code + token.bytes + (try request.registeredURL()))
    return HandshakeAnswer(try .json([("challengeResponse", Hex.encode(digest))]))
  }
}
