/// A piece of what a sender signs; the message is the pieces in a row.
public enum MessagePiece: Sendable, Equatable {
  /// The body's bytes as they came.
  case body
  /// The body in base64, with padding.
  case bodyBase64
  /// The body's CRC-32, in decimal.
  case bodyCRC32
  /// This text.
  case literal(String)
  /// A header's value; it has to be there.
  case header(String)
  /// A header's value, or nothing where it is not there.
  case headerIfAny(String)
  /// The value of a key in the header of `SignaturePlace.pairs`; it has to be there once.
  case pair(String)
  /// The method, in upper case as it came.
  case method
  /// The public URL, with the query that came behind it.
  case url
  /// The public URL without a query.
  case urlWithoutQuery
  /// The host of the public URL, with a port if it has one.
  case urlHost
  /// The path, undecoded.
  case path
  /// The path, undecoded, with the query behind it if there is one.
  case pathAndQuery
  /// The query as it came, without its `?`.
  case query
  /// The query without the parameters of this name.
  case queryWithout(String)
  /// A field of a form body, decoded; it has to be there once.
  case formField(String)
  /// A field of a form body; the body itself if it is no form, or a query parameter if there is no
  /// body.
  case formFieldOrBody(String)
  /// What `TimestampRule` found, as text.
  case timestamp
}
