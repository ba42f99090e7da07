/// How a handshake is answered.
public indirect enum HandshakeReply: Sendable, Equatable {
  /// A status, with nothing in the body.
  case status(Int)
  /// 200 with this content type and body.
  case fixed(type: String, body: String)
  /// 200 `text/plain` with the value.
  case text(HandshakeSource)
  /// 200 with the value in a header of this name, and nothing in the body.
  case header(String, HandshakeSource)
  /// 200 `application/json` with the value as the only member.
  case json(String, HandshakeSource)
  /// The reply, if a query parameter equals one of the verify tokens; otherwise the status.
  case checked(parameter: String, HandshakeReply, otherwise: Int)
  /// 200; the value is a new secret. With a header's name, that header says it back.
  case learned(HandshakeSource, header: String?)
  /// 200; the value is a URL to be opened, on one of these hosts.
  case opened(HandshakeSource, hosts: [HostPattern])
  /// The CloudEvents protection against abuse (HTTP webhook specification, 4).
  case cloudEvents
  /// Zoom: the plain token, and its HMAC-SHA256 in hexadecimal.
  case zoom
  /// X: `sha256=` and the HMAC-SHA256 of the value in base64; the value is a token, and nothing that a
  /// delivery could be.
  case responseToken(HandshakeSource)
  /// eBay: SHA-256 of code, verify token and public URL, in hexadecimal.
  case ebay
  /// SHOPLINE: the application's id in base64.
  case applicationID
}
