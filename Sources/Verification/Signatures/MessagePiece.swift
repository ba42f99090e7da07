/// A piece of the text that a sender signs. The signed message is the pieces in a row.
public enum MessagePiece: Sendable, Equatable {
  /// The body's bytes as received.
  case body
  /// The body in base64, with padding.
  case bodyBase64
  /// The body's CRC-32, in decimal.
  case bodyCRC32
  /// A fixed text.
  case literal(String)
  /// A header's value. The header has to be there.
  case header(String)
  /// A header's value, or nothing if the header is missing.
  case headerIfAny(String)
  /// The value of a key in the header of `SignaturePlace.pairs`. The key has to be there exactly
  /// once.
  case pair(String)
  /// The method as received.
  case method
  /// The public URL, with the request's query after it.
  case url
  /// The public URL without a query.
  case urlWithoutQuery
  /// The host of the public URL, with its port if it names one.
  case urlHost
  /// The path, undecoded.
  case path
  /// The path, undecoded, with the query after it if there is one.
  case pathAndQuery
  /// The query as received, without its `?`.
  case query
  /// The query without the parameters of this name.
  case queryWithout(String)
  /// A field of a form body, decoded. It has to be there exactly once.
  case formField(String)
  /// A field of a form body; the body itself if it isn't a form; a query parameter if the body is
  /// empty.
  case formFieldOrBody(String)
  /// The text of the timestamp that `TimestampRule` checked.
  case timestamp
}
