import Verification

/// What a pre-processor makes of a request that it does not refuse.
enum PreProcessorOutcome: Sendable, Equatable {
  /// It passes, with what was learned of it.
  case passed(Proof)
  /// It is a handshake, and this is its answer. No later pre-processor sees it, and it makes no task.
  case answered(Answer, leaving: Remains = Remains())
}
