import ArgumentParser
import Bytes
import FoundationEssentials
import Glibc
import Importing
import Logging
import Relaying
import Serving
import Spooling
import Webhooks

/// `levelwind-relay run`: carries tasks on.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Carries the tasks of all incoming configurations with a relay on.",
    discussion: """
      Each relay has threads of its own: none waits for another's server. A task is carried on at \
      least once: after a crash, it may be carried on again, with the same id. What fails is tried \
      again after a wait that grows, and in the end goes to failed/ with the reason; `levelwind task \
      retry` has it tried again. While a server fails altogether, its tasks wait, and no attempt is \
      counted.

      SIGHUP, which `levelwind reload` sends, too, loads the configuration again. After SIGTERM, \
      work under way may finish within --grace. With --once it ends when nothing is due any more: \
      with 0 if all is done, 1 if something was given up or can't be worked on, 75 if something \
      waits for another attempt, or another relay is at work where order_by counts.
      """)

  @OptionGroup var configuration: RelayOptions
  @OptionGroup var fetching: RelayFetchingOptions
  @Flag(help: "End when nothing is due, instead of waiting for more.")
  var once = false
  @Option(
    help: ArgumentHelp(
      "How long work under way may take to finish after SIGTERM, in seconds.", valueName: "seconds")
  )
  var grace = 10

  func validate() throws {
    guard (0...3600).contains(grace) else {
      throw ValidationError("--grace has to be from 0 to 3600 seconds")
    }
  }

  func run() throws {
    // Signals are blocked before the first thread starts, since threads inherit that.
    let signals = Signals()
    let output = LogQueue(to: ServiceLog.sink())
    defer { output.finish() }
    let log = Logger(label: "levelwind-relay") { _ in OutputLog(output) }
    let loading = configuration.load()
    loading.log(to: log)
    guard let snapshot = loading.snapshot else {
      throw ExitCode.because(1, loading.problems.map(\.description).joined(separator: "\n"))
    }
    try requireOwnUser(snapshot.settings)
    let status = WorkStatusWriter(WorkStatus.relay, state: snapshot.settings.state)
    defer { status.stop() }
    let relaying = Relaying(
      through: fetching.fetcher, grace: .seconds(grace), status: status
    ) { note in
      log.log(
        level: note.isProblem ? .error : .info, "\(note.text)",
        metadata: ["incoming": "\(note.incoming)"])
    }
    if once { return try runOnce(relaying, snapshot, signals) }
    log.note(.relaying, ["spools": .stringConvertible(snapshot.relayedSpools.count)])
    follow(relaying, snapshot, signals, log)
  }

  /// Refuses to run as root in spools of another user: files of root would keep everybody else
  /// from them.
  private func requireOwnUser(_ settings: Settings) throws {
    var place = stat()
    guard geteuid() == 0, stat(settings.spool, &place) == 0, place.st_uid != 0 else { return }
    throw ExitCode.because(
      64,
      "run it as its own user, not as root: systemctl start levelwind-relay, or sudo -u "
        + "levelwind-relay levelwind-relay run")
  }

  private func runOnce(_ relaying: Relaying, _ snapshot: Snapshot, _ signals: Signals) throws {
    NamedThread.start("signals") {
      var signals = signals
      while signals.next() == SIGHUP {}
      relaying.stop()
    }
    let report = relaying.runOnce(snapshot.relayedSpools)
    if report.attempts > 0 { ExitCode.say("\(report.done) done, \(report.failed) given up") }
    if report.failed + report.problems > 0 { throw ExitCode(1) }
    if report.deferred + report.released > 0 || report.isHeldUp { throw ExitCode(75) }
  }

  private func follow(
    _ relaying: Relaying, _ start: Snapshot, _ signals: Signals, _ log: Logger
  ) {
    var signals = signals
    var snapshot = start
    relaying.follow(snapshot.relayedSpools)
    while signals.next() == SIGHUP {
      let loading = configuration.load(snapshot)
      loading.log(to: log)
      snapshot = loading.snapshot ?? snapshot
      relaying.follow(snapshot.relayedSpools)
    }
    relaying.stop()
  }
}
