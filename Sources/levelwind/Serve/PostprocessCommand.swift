import Administration
import ArgumentParser
import Bytes
import Fetching
import FoundationEssentials
import Glibc
import Importing
import Logging
import PostProcessing
import Serving
import Spooling
import Synchronization
import Webhooks

/// `levelwind postprocess`: runs post-processors, from durable records.
struct PostprocessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "postprocess",
    abstract: "Runs the post-processors of all webhooks, from their records.",
    discussion: """
      Waits for records in <state>/postprocess/<webhook>.<post-processor>/ and runs each through \
      its post-processor: a program, a request to a server, or the URL that confirms a \
      subscription at its sender. Each record is worked on at least once: after a crash, it may be \
      worked on again. What fails is tried again after a wait that grows. In the end it goes to \
      failed/ with the reason. To have it tried again, move it back into new/. Post-processors do \
      not wait for each other.

      Where on_finding is set, it also looks at the findings of levelwind health every ten seconds.

      SIGHUP, which `levelwind reload` sends, too, loads the configuration again. After SIGTERM, \
      work under way may finish within --grace. Exit 75 if another levelwind postprocess is \
      running. With --once it ends when nothing is due any more: with 0 if all is done, 1 if \
      something was given up or can't be worked on, 75 if something waits for another attempt.
      """)

  @OptionGroup var configuration: ConfigurationOptions
  @OptionGroup var fetching: FetchingOptions
  @Flag(help: "End when nothing is due, instead of waiting for more.")
  var once = false
  @Option(help: "How long work under way may take to finish after SIGTERM.")
  var grace = Span(.seconds(10))

  func run() throws {
    // Signals are blocked before the first thread starts, since threads inherit that.
    let signals = Signals()
    let output = LogQueue(to: ServiceLog.sink())
    defer { output.finish() }
    let log = Logger(label: "levelwind") { _ in OutputLog(output) }
    let loading = load(nil)
    loading.log(to: log)
    guard let snapshot = loading.snapshot else {
      throw ExitCode.because(1, loading.problems.map(\.description).joined(separator: "\n"))
    }
    let lock = try lock(snapshot.settings.state)
    defer { withExtendedLifetime(lock) {} }
    let status = WorkStatusWriter(WorkStatus.postprocess, state: snapshot.settings.state)
    defer { status.stop() }
    let processing = PostProcessing(
      through: fetching.fetcher, grace: grace.duration, status: status
    ) { note in
      log.log(
        level: note.isProblem ? .error : .info, "\(note.text)",
        metadata: ["webhook": "\(note.webhook)", "post_processor": "\(note.postProcessor)"])
    }
    if once { return try runOnce(processing, snapshot, signals) }
    log.note(
      .postProcessing, ["spools": .stringConvertible(snapshot.recordSpools.count)])
    let watch = try FindingWatch(
      state: snapshot.settings.state, running: snapshot.settings.onFinding
    ) { log.error("\($0)") }
    follow(snapshot, signals, log) { snapshot in
      processing.follow(snapshot.recordSpools)
      watch.run(snapshot.settings.onFinding)
    }
    watch.finish()
    processing.stop()
  }

  private func load(_ previous: Snapshot?) -> Loading {
    let credentials = Credentials(
      directory: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"])
    return Snapshot.load(
      directory: configuration.directory, previous: previous, credentials: credentials,
      now: Date(), readsSecrets: false, readsOutgoing: true)
  }

  /// Locks the records. Before that, root becomes the user who owns them. If there aren't any yet,
  /// or root owns them, it becomes the owner of the state directory.
  private func lock(_ state: String) throws -> RecordsLock {
    if geteuid() == 0 {
      if let owner = RecordsLock.owner(state: state), owner.user != 0 {
        try SpoolOptions.become(owner)
      } else {
        try StateOwner.become(of: state)
      }
    }
    do throws(RecordsLock.Failure) {
      return try RecordsLock(state: state)
    } catch {
      if case .held = error { throw ExitCode.because(75, "\(error)") }
      throw ExitCode.because(1, "\(error)")
    }
  }

  private func runOnce(
    _ processing: PostProcessing, _ snapshot: Snapshot, _ signals: Signals
  ) throws {
    NamedThread.start("signals") {
      var signals = signals
      while signals.next() == SIGHUP {}
      processing.stop()
    }
    let report = processing.runOnce(snapshot.recordSpools)
    if report.attempts > 0 { ExitCode.say("\(report.done) done, \(report.failed) given up") }
    if report.failed + report.problems > 0 { throw ExitCode(1) }
    if report.deferred + report.released > 0 { throw ExitCode(75) }
  }

  /// Works by the configuration, and by each that is loaded later, until the process is to end.
  private func follow(
    _ start: Snapshot, _ signals: Signals, _ log: Logger, _ work: (Snapshot) -> Void
  ) {
    var signals = signals
    var snapshot = start
    work(snapshot)
    while signals.next() == SIGHUP {
      let loading = load(snapshot)
      loading.log(to: log)
      snapshot = loading.snapshot ?? snapshot
      work(snapshot)
    }
  }
}
