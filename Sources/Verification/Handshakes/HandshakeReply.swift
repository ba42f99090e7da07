/// The form of the answer to a handshake.
public indirect enum HandshakeReply: Sendable, Equatable {
  /// A status with an empty body.
  case status(Int)
  /// 200 with this content type and body.
  case fixed(type: String, body: String)
  /// 200 `text/plain` with the value as its body.
  case text(HandshakeSource)
  /// 200 with the value in a header of this name and an empty body.
  case header(String, HandshakeSource)
  /// 200 `application/json` with the value as the only member, which has this name.
  case json(String, HandshakeSource)
  /// The inner reply if a query parameter equals one of the verify tokens; otherwise the status.
  case checked(parameter: String, HandshakeReply, otherwise: Int)
  /// 200. The value is a new secret to store. If a header is named, it returns the value.
  case learned(HandshakeSource, header: String?)
  /// 200. The value is a URL to open, on one of these hosts.
  case opened(HandshakeSource, hosts: [HostPattern])
  /// The CloudEvents abuse protection (HTTP webhook specification, 4).
  case cloudEvents
  /// Zoom: a JSON object with the plain token and its HMAC-SHA256 in hexadecimal.
  case zoom
  /// X: a JSON object with `sha256=` and the value's HMAC-SHA256 in base64. The value has to be a
  /// token, so that it can't be the body of a delivery.
  case responseToken(HandshakeSource)
  /// eBay: the SHA-256 of code, verify token and public URL, in hexadecimal.
  case ebay
  /// SHOPLINE: the application's id in base64, as text.
  case applicationID
}
