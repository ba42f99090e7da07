import ArgumentParser
import Bytes
import FoundationEssentials
import Glibc
import Importing
import Serving
import Spooling
import Webhooks

/// `levelwind task drain`: runs a command over the tasks of a spool.
struct TaskDrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drain",
    abstract: "Runs a command for each task, with retries.",
    discussion: """
      The command is run without a shell, with the task on its standard input. Its exit status \
      says what happens to the task: with 0 it is done; with 75 it is tried again later; with 65 \
      it is given up at once; with any other status it is tried again until it has failed \
      --max-attempts times. A task that is given up goes into failed/. <name>.reason beside it has \
      the status and the end of the command's standard error.

      The drain ends when nothing is left in new/: with 0 if all is done, 1 if something was given \
      up or the drain could not go on, 75 if tasks wait in retry/, it was stopped, or another drain \
      is at work and one of the two has --order-by. With --follow \
      it ends only when it is stopped, with 0. After SIGTERM, running commands may finish within \
      --grace. Tasks whose commands don't are put back.

      `levelwind status` shows the drain's work if the drain may write into the state directory. \
      It may as root or as levelwind, but not as an importer's user.
      """)

  @OptionGroup var spool: SpoolOptions
  @Option(help: "How many commands run at the same time.")
  var jobs = 1
  @Flag(help: "Wait for more tasks when none is left.")
  var follow = false
  @Option(help: "What the command reads: the whole task, or the body exactly as it was sent.")
  var stdin = Command.Input.task
  @Option(help: "How long a command may run before its process group is killed; 0s for no limit.")
  var timeout = Span(.seconds(3600))
  @Option(help: "The number of failed attempts after which a task is given up.")
  var maxAttempts = 10
  @Option(
    help: "The longest wait after a task's first failure. It doubles with each further failure.")
  var backOff = Span(BackOff().first)
  @Option(help: "The longest wait after any failure.")
  var maxBackOff = Span(BackOff().most)
  @Option(
    help: ArgumentHelp(
      """
      A jq program over the task, whose first output is its key. Tasks of one key are worked on one \
      at a time and in the order of arrival, others beside them. No other drain works on the spool \
      at the same time.
      """, valueName: "jq"))
  var orderBy: String?
  @Option(help: "How many tasks one command gets. Needs --ndjson.")
  var batch = 1
  @Flag(help: "Give the command one line of compact JSON for each task.")
  var ndjson = false
  @Option(
    help: "Take back claims of importers other than drains after this time. By default never.")
  var lease: Span?
  @Option(help: "How long running commands may take to finish after SIGTERM.")
  var grace = Span(.seconds(30))
  @Flag(help: "Refuse to run as root: for services, which need a user of their own.")
  var refuseRoot = false
  @Argument(
    parsing: .postTerminator, help: "The command and its arguments, after --.")
  var command: [String] = []

  func validate() throws {
    if refuseRoot, getuid() == 0 {
      throw ValidationError(
        """
        The drain has to run as a user of its own, never as root. Give its service one with
          systemctl edit levelwind-drain@\(spool.incoming).service
        and write there, with a user in the group of the incoming configuration:
          [Service]
          User=NAME
        and then
          systemctl restart levelwind-drain@\(spool.incoming).path levelwind-drain@\(spool.incoming).timer
        """)
    }
    if command.isEmpty {
      throw ValidationError(
        "the command is missing: give -- COMMAND…, or DRAIN_COMMAND= of the service")
    }
    for (name, value) in [("jobs", jobs), ("max-attempts", maxAttempts), ("batch", batch)]
    where !(1...10_000).contains(value) {
      throw ValidationError("--\(name) has to be from 1 to 10000")
    }
    if batch > 1, orderBy != nil {
      throw ValidationError("--order-by is for single tasks: leave --batch out")
    }
    if batch > 1, !ndjson { throw ValidationError("--batch needs --ndjson") }
  }

  func run() throws {
    // Signals are blocked before the first thread starts, since threads inherit that.
    let signals = Signals()
    let place = try spool.find()
    var settings = settings
    settings.keepDone = try SpoolOptions.known(place.keepDone)
    settings.key = try key
    let spool = try spool.open(place)
    let stop = try StopRequest()
    let status = WorkStatusWriter(
      WorkStatus.drain(of: spool.identifier), state: place.settings.state)
    let drain = Drain(
      spool, settings, work: work, stop: stop, status: status, note: { ExitCode.say($0) })
    wait(for: signals, stop)
    let report = drain.run()
    status.stop()
    if !report.text.isEmpty { ExitCode.say(report.text) }
    if let end = report.end { throw ExitCode.because(1, end) }
    try end(report, wasStopped: stop.deadline != nil, spool)
  }

  /// Ends with an exit code for the tasks that are left. A drain that follows ends with 0, since it
  /// has no single result.
  private func end(_ report: DrainReport, wasStopped: Bool, _ spool: TaskSpool) throws {
    if follow { return }
    if report.failed + report.problems > 0 { throw ExitCode(1) }
    if wasStopped || report.isHeldUp { throw ExitCode(75) }
    do {
      if try !spool.places(in: .retry).isEmpty { throw ExitCode(75) }
    } catch let error as TaskSpoolError {
      throw ExitCode.because(1, "\(error)")
    }
  }

  private var settings: DrainSettings {
    DrainSettings(
      jobs: jobs, batch: batch, follows: follow, maxAttempts: maxAttempts,
      backOff: BackOff(first: backOff.duration, most: maxBackOff.duration), lease: lease?.duration)
  }

  private var key: (@Sendable ([UInt8]) -> [UInt8])? {
    get throws {
      guard let orderBy else { return nil }
      do { return try TaskProgram(orderBy).key } catch {
        throw ExitCode.because(64, "--order-by: jq: \(error.reason)")
      }
    }
  }

  private var work: Command {
    Command(
      command, input: stdin, isLines: ndjson,
      timeout: timeout.duration == .zero ? nil : timeout.duration)
  }

  /// Has the first signal request a stop, and every later one an immediate stop.
  private func wait(for signals: Signals, _ stop: StopRequest) {
    let grace = grace.duration
    NamedThread.start("signals") {
      var signals = signals
      _ = signals.next()
      stop.request(by: .now + grace)
      while true {
        _ = signals.next()
        stop.request(by: .now)
      }
    }
  }
}

extension Command.Input: ExpressibleByArgument {}

extension DrainReport {
  /// The numbers, in a line.
  fileprivate var text: String {
    [
      (done, "done"), (deferred, "to be tried again"), (failed, "given up"),
      (released, "put back"), (returned, "taken back from others"), (problems, "with problems"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }
}
