import Bytes
import FoundationEssentials

/// The facts about one request from which its signed message is assembled.
struct SignedMessage {
  let request: Request
  let pairs: Pairs?
  let timestamp: [UInt8]?

  /// Returns the pieces in a row.
  ///
  /// - Throws: `Rejection.unverified` if a piece is missing or ambiguous. `Rejection.unavailable`
  ///   if a piece needs the public URL and none is configured.
  func pieces(_ pieces: [MessagePiece]) throws(Rejection) -> SignedPieces {
    var message: SignedPieces = []
    for piece in pieces { message.append(try bytes(piece)[...]) }
    return message
  }

  private func bytes(_ piece: MessagePiece) throws(Rejection) -> [UInt8] {
    switch piece {
    case .body: request.body
    case .bodyBase64: Base64.encode(request.body)
    case .bodyCRC32: Array(String(CRC32.checksum(of: request.body)).utf8)
    case .literal(let text): Array(text.utf8)
    case .header(let name): try request.headers.value(name)
    case .headerIfAny(let name):
      request.headers.has(name) ? try request.headers.value(name) : []
    case .pair(let key): try (pairs ?? Pairs([], separator: ",")).single(key)
    case .method: Array(request.method.utf8)
    case .url: try request.registeredURL() + suffix
    case .urlWithoutQuery: try request.registeredURL()
    case .urlHost: try host()
    case .path: request.path
    case .pathAndQuery: request.path + suffix
    case .query: request.query
    case .queryWithout(let name): FormFields.query(request.query, without: name)
    case .formField(let name): try FormFields(request.body).single(name, "form field").value
    case .formFieldOrBody(let name): try formFieldOrBody(name)
    case .timestamp: timestamp ?? []
    }
  }

  private var suffix: [UInt8] {
    request.query.isEmpty ? [] : [UInt8(ascii: "?")] + request.query
  }

  private func formFieldOrBody(_ name: String) throws(Rejection) -> [UInt8] {
    if request.isForm { return try FormFields(request.body).single(name, "form field").value }
    if !request.body.isEmpty { return request.body }
    return try request.parameters.single(name, "query parameter").value
  }

  private func host() throws(Rejection) -> [UInt8] {
    let url = try request.registeredURL()
    let parts = url.split(
      separator: UInt8(ascii: "/"), maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count > 2 else { throw .unavailable("the public URL has no host") }
    return Array(parts[2])
  }
}

extension Request {
  /// Returns the URL under which this webhook is registered with the sender.
  ///
  /// - Throws: `Rejection.unavailable` if no URL is configured, because the sender may be right.
  func registeredURL() throws(Rejection) -> [UInt8] {
    guard let publicURL else {
      throw .unavailable("the sender signs the URL, and this webhook has no public URL configured")
    }
    return Array(publicURL.utf8)
  }
}
