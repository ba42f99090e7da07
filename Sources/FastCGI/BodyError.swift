/// Why a request's body could not be read.
public enum BodyError: Error, Sendable, Equatable {
  /// More bytes were announced than are allowed, and none of them was read; or the length wasn't
  /// announced, and more bytes came than are allowed: 413.
  case tooLarge(announced: Int?)
  /// Fewer or more bytes came than CONTENT_LENGTH announced, or the connection failed or stalled
  /// while they were read: 400. A client that hangs up causes this error.
  case incomplete
  /// CONTENT_LENGTH isn't a number, or the body was read before: 400.
  case unreadable
  /// The caller refused the memory for the body.
  case refused
}
