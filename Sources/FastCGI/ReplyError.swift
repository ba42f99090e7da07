/// Why a reply was not sent. Nothing was sent, so that another reply may be.
public enum ReplyError: Error, Sendable, Equatable {
  /// The status is not within 200 and 599.
  case badStatus(Int)
  /// A header's name isn't a token (RFC 9110), or is one that the reply sets itself (Status,
  /// Content-Length, Transfer-Encoding), or a header's value contains a control character. With a
  /// CR or LF, the author of a value could add headers.
  case badHeader(String)
  /// The request has a reply already.
  case alreadyReplied
}
