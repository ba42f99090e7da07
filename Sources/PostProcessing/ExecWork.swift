import Importing
import Spooling
import Webhooks

/// Runs a post-processor's program over a record.
struct ExecWork: Work {
  private let command: Command

  /// - Parameter said: takes the end of what the program said where it ended well.
  init(
    _ exec: ExecPostProcessor, _ spool: RecordSpool,
    said: @escaping @Sendable (Claim, String) -> Void
  ) {
    var command = Command(exec.command, input: .task, isLines: false, timeout: exec.timeout)
    command.directory = exec.directory
    command.environment = exec.environment.merging([
      "LEVELWIND_WEBHOOK": spool.webhook.text, "LEVELWIND_POST_PROCESSOR": spool.postProcessor.name,
    ]) { $1 }
    command.said = said
    self.command = command
  }

  func run(_ claims: [Claim], until stop: StopRequest) -> Outcome {
    let outcome = command.run(claims, until: stop)
    // What can't be run now may be there later: nothing here ends before the service does.
    if case .impossible(let reason) = outcome { return .again(reason) }
    return outcome
  }
}
