import ArgumentParser
import Foundation
import Glibc
import Importing
import PostProcessing
import Serving
import Spooling
import Webhooks

/// `levelwind reload`: has the responder load its configuration.
struct ReloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Has the responder load the configuration anew.",
    discussion: """
      Waits until it did, and prints which files were refused: they keep their last good \
      version. Exit 0 if there was no error, 1 if there was one, 75 if no responder is running.
      """)

  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Don't tell `levelwind postprocess`: for service managers, which do so themselves.")
  var responderOnly = false

  func run() throws {
    switch ResponderReload.run(directory: configuration.directory, alone: responderOnly) {
    case .loaded(let problems):
      for problem in problems { print(problem) }
      if problems.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
      print("loaded")
    case .notRunning(let state):
      throw ExitCode.because(
        75, "no responder is running on \(state); it reads the configuration when it starts")
    case .refused(let reason): throw ExitCode.because(1, reason)
    case .late:
      throw ExitCode.because(
        75, "the responder did not load the configuration within 30 seconds; see its log")
    }
  }
}

/// Has the responder load its configuration, and waits until that is done.
enum ResponderReload {
  /// The result.
  enum Outcome {
    /// The responder has loaded the configuration, with these problems.
    case loaded([Problem])
    /// No responder runs on this state directory.
    case notRunning(state: String)
    /// The responder can't be told to reload, for this reason.
    case refused(String)
    /// The responder did not reload within 30 s.
    case late
  }

  /// Reloads the responder of a configuration; with `alone`, not `levelwind postprocess`.
  static func run(directory: String, alone: Bool = false) -> Outcome {
    let loading = Snapshot.load(
      directory: directory, credentials: .unknown, now: Date(), readsSecrets: false)
    // With a broken levelwind.yaml, the responder is looked for in the default state directory. It
    // reports the problem then.
    let state = (loading.snapshot?.settings ?? .defaults).state
    if StatusFile.isDenied(state: state) { return .refused(Access.words("\(state)/status")) }
    guard let before = StatusFile.read(state: state), StateLock.isHeld(state: state) else {
      return .notRunning(state: state)
    }
    do throws(StatusFolder.SignalError) {
      try StatusFolder(state: state).signal(SIGHUP, to: StatusFile.name)
    } catch {
      return .refused("the responder can't be told: \(error)")
    }
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
      if let status = StatusFile.read(state: state), status.generation > before.generation {
        if !alone { tellPostProcessing(state) }
        return .loaded(status.problems)
      }
      usleep(20_000)
    }
    return .late
  }

  /// Has `levelwind postprocess` load the configuration, which reads the same files in a process of
  /// its own.
  private static func tellPostProcessing(_ state: String) {
    guard WorkStatus.read(WorkStatus.postprocess, state: state)?.isRunning ?? false,
      RecordsLock.isHeld(state: state)
    else { return }
    do throws(StatusFolder.SignalError) {
      try StatusFolder(state: state).signal(SIGHUP, to: WorkStatus.postprocess)
    } catch {
      ExitCode.say("levelwind postprocess can't be told: \(error)")
    }
  }
}
