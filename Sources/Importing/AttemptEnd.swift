/// What became of an attempt at one task, as a status file counts it. Of a reason, the first line counts.
public enum AttemptEnd: Sendable, Equatable {
  case done
  /// It waits in `retry/`.
  case deferred(String)
  /// It lies in `failed/`.
  case failed(String)
}
