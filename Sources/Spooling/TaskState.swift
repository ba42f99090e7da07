/// Where a task of a spool stands, called like the directory that it lies in.
public enum TaskState: String, Sendable, CaseIterable {
  /// Waits for an importer.
  case new
  /// Claimed by one.
  case cur
  /// Deferred: an attempt failed, another is due later.
  case retry
  /// Given up, until somebody retries or purges it.
  case failed
  /// Finished, and kept for a while.
  case done
}
