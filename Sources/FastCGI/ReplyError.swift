/// Why a reply was not sent. Nothing of it was, so another may be sent instead.
public enum ReplyError: Error, Sendable, Equatable {
  /// The status is not within 200 and 599.
  case badStatus(Int)
  /// A header's name is no token (RFC 9110), or one that the reply sets itself: Status,
  /// Content-Length, Transfer-Encoding; or its value has a control character in it. A CR or LF
  /// would let whoever chose the value write headers of his own.
  case badHeader(String)
  /// The request was answered before.
  case alreadyReplied
}
