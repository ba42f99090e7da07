import Importing
import Spooling
import Webhooks

/// Runs the program of a post-processor over a record.
struct ExecWork: Work {
  private let command: Command

  /// Makes the work of one post-processor.
  ///
  /// - Parameters:
  ///   - program: the program and its settings.
  ///   - spool: the spool of the records, for the program's environment.
  ///   - said: takes the end of the output of a program that succeeded.
  init(
    _ program: RecordProgram, _ spool: RecordSpool,
    said: @escaping @Sendable (Claim, String) -> Void
  ) {
    var command = Command(
      program.command, input: .task, isLines: false, timeout: program.timeout)
    command.directory = program.directory
    command.environment = program.environment.merging([
      "LEVELWIND_WEBHOOK": spool.webhook.text, "LEVELWIND_POST_PROCESSOR": spool.postProcessor.name,
    ]) { $1 }
    command.said = said
    self.command = command
  }

  func run(_ claims: [Claim], until stop: StopRequest) -> Outcome {
    let outcome = command.run(claims, until: stop)
    // A program that can't be run now may exist later. Only the service ends a worker.
    if case .impossible(let reason) = outcome { return .again(reason) }
    return outcome
  }
}
