import ArgumentParser
import Foundation
import Glibc
import Importing
import PostProcessing
import Serving
import Spooling
import Webhooks

/// Has the responder load its configuration, and waits until it did.
enum ResponderReload {
  /// What came of it.
  enum Outcome {
    /// It did, and found this.
    case loaded([Problem])
    /// There is none on this state directory.
    case notRunning(state: String)
    /// It can't be told.
    case refused(String)
    /// It did not in time.
    case late
  }

  /// - Parameter alone: whether `levelwind postprocess` need not load it, too.
  static func run(directory: String, alone: Bool = false) -> Outcome {
    let loading = Snapshot.load(
      directory: directory, credentials: .unknown, now: Date(), readsSecrets: false)
    // Also while levelwind.yaml is broken: the responder tells then, from where it was started.
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

  /// It reads the same files, and is another process.
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
