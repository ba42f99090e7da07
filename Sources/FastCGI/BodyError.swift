/// Why there is no body.
public enum BodyError: Error, Sendable, Equatable {
  /// More bytes were announced than are allowed, and none of them was read; or more came, where nothing
  /// was announced: 413.
  case tooLarge(announced: Int?)
  /// Fewer or more bytes came than CONTENT_LENGTH announced, or the connection failed or stalled
  /// meanwhile: 400. A client that hangs up looks like this.
  case incomplete
  /// CONTENT_LENGTH is no number, or the body was read before: 400.
  case unreadable
  /// The memory for it was refused.
  case refused
}
