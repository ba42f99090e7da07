/// The outcome of an attempt. Reasons are for people, and their first line is complete by itself.
public indirect enum Outcome: Sendable, Equatable {
  /// The task is finished.
  case done
  /// Try again later. Doesn't count as an attempt.
  case later(String)
  /// The attempt failed. Try again, `after` this time at the earliest.
  case again(String, after: Duration = .zero)
  /// The attempt failed, and so would every other.
  case never(String)
  /// The attempt ended because of the stop request. It isn't held against the task.
  case released
  /// An outcome for each of the tasks, in their order. None of these is `each`.
  case each([Outcome])
  /// The work itself is broken, not the task: nothing can be worked on.
  case impossible(String)
}
