/// What became of an attempt. Reasons are for people; their first line says it all.
public enum Outcome: Sendable, Equatable {
  /// The task is finished.
  case done
  /// Not now: another time, however often that is said.
  case later(String)
  /// It failed, and may do better another time, not before some time is over.
  case again(String, after: Duration = .zero)
  /// It failed, and always will.
  case never(String)
  /// It was not finished because it was asked to stop; nothing is held against the task.
  case released
  /// Nothing can be worked on: the work itself is broken, not the task.
  case impossible(String)
}
