/// The end of an attempt at one task, as a status file counts it. Only the first line of a reason
/// counts.
public enum AttemptEnd: Sendable, Equatable {
  case done
  /// The task waits in `retry/`.
  case deferred(String)
  /// The task lies in `failed/`.
  case failed(String)
}
