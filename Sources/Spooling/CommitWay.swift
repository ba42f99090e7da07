/// How a commit becomes durable.
public enum CommitWay: String, Sendable, CaseIterable {
  /// Commits that arrive together are flushed together, in the write-ahead log; their tasks appear in
  /// the spools a fraction of a second later.
  case log
  /// Each task is flushed in its spool, and is there when the delivery is answered.
  case direct
}
