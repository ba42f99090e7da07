import Foundation

/// Makes the answer to one request.
struct HandshakeResponder {
  let request: Request
  let options: SenderOptions
  let now: Date
  /// What tokens are made of, base64 in either alphabet: no JSON object is.
  private static let tokenBytes = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_=-".utf8)

  func answer(_ reply: HandshakeReply) throws(Refusal) -> HandshakeAnswer {
    switch reply {
    case .status(let status): return HandshakeAnswer(status: status)
    case .fixed(let type, let body): return .content(type, Array(body.utf8))
    case .text(let source): return .text(try value(source))
    case .header(let name, let source):
      return HandshakeAnswer(
        status: 200, headers: [.init(name, try fieldValue(try value(source)))])
    case .json(let name, let source): return try .json([(name, try value(source))])
    case .checked(let parameter, let reply, let otherwise):
      let token = try value(.parameter(parameter))
      guard options.verifyTokens.first(equalTo: token, at: now) != nil else {
        return HandshakeAnswer(status: otherwise)
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
      return .text(Base64.encode(Array(id.utf8)))
    }
  }

  private func value(_ source: HandshakeSource) throws(Refusal) -> [UInt8] {
    guard let value = try source.value(in: request) else {
      throw .unverified("the challenge is missing")
    }
    return value
  }

  /// A value that may stand in a header.
  private func fieldValue(_ bytes: [UInt8]) throws(Refusal) -> String {
    guard !bytes.isEmpty, bytes.allSatisfy({ 0x20...0x7E ~= $0 }) else {
      throw .unverified("the challenge can't stand in a header")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func learned(_ source: HandshakeSource, _ header: String?) throws(Refusal)
    -> HandshakeAnswer
  {
    let secret = try value(source)
    guard !secret.isEmpty else { throw .unverified("the secret that the sender brings is empty") }
    var answer = HandshakeAnswer(status: 200, learned: Secret(secret, name: "handshake"))
    if let header { answer.headers = [.init(header, try fieldValue(secret))] }
    return answer
  }

  private func opened(
    _ source: HandshakeSource, _ hosts: [HostPattern]
  ) throws(Refusal) -> HandshakeAnswer {
    let url = String(decoding: try value(source), as: UTF8.self)
    guard hosts.contains(where: { $0.matches(url: url) }) else {
      throw .unverified("the URL to be opened is on none of the sender's hosts")
    }
    return HandshakeAnswer(status: 200, open: url)
  }

  private func cloudEvents() throws(Refusal) -> HandshakeAnswer {
    let origin = try fieldValue(try value(.header("WebHook-Request-Origin")))
    guard options.origins.isEmpty || options.origins.contains(origin) else {
      throw .forbidden("the origin that wants to send is none of those allowed")
    }
    var answer = HandshakeAnswer(
      status: 200, headers: [.init("Allow", "POST"), .init("WebHook-Allowed-Origin", origin)])
    if let rate = try HandshakeSource.header("WebHook-Request-Rate").value(in: request) {
      answer.headers.append(.init("WebHook-Allowed-Rate", try fieldValue(rate)))
    }
    return answer
  }

  /// The key to answer with: the first that is in use.
  private func key() throws(Refusal) -> [UInt8] {
    guard let secret = options.secrets.first(where: { $0.isUsable(at: now) }) else {
      throw .unavailable("there is no secret to answer the challenge with")
    }
    return secret.bytes
  }

  private func zoom() throws(Refusal) -> HandshakeAnswer {
    let token = try value(.body(.of("payload", "plainToken")))
    let code = HashName.sha256.authenticationCode(of: token, key: try key())
    return try .json([("plainToken", token), ("encryptedToken", Hex.encode(code))])
  }

  /// The answer is made with the key and in the form of X's deliveries: what could be one is not signed.
  private func responseToken(_ source: HandshakeSource) throws(Refusal) -> HandshakeAnswer {
    let token = try value(source)
    guard 1...128 ~= token.count, token.allSatisfy({ Self.tokenBytes.contains($0) }) else {
      throw .unverified("the challenge is no token: 1 to 128 letters, digits and + / _ = -")
    }
    let code = HashName.sha256.authenticationCode(of: token, key: try key())
    return try .json([("response_token", Array("sha256=".utf8) + Base64.encode(code))])
  }

  private func ebay() throws(Refusal) -> HandshakeAnswer {
    guard let token = options.verifyTokens.first(where: { $0.isUsable(at: now) }) else {
      throw .unavailable("there is no verify token to answer the challenge with")
    }
    let code = try value(.parameter("challenge_code"))
    let digest = HashName.sha256.digest(of: code + token.bytes + (try request.registeredURL()))
    return try .json([("challengeResponse", Hex.encode(digest))])
  }
}
