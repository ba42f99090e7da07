import Glibc
import PostProcessing
import Serving
import Spooling
import Webhooks

/// Has the responder load its configuration, and waits until that is done.
public enum ResponderReload {
  /// The result.
  public enum Outcome {
    /// The responder has loaded the configuration, with these problems.
    case loaded([Problem])
    /// No responder runs on this state directory.
    case notRunning(state: String)
    /// The responder can't be told to reload, for this reason.
    case refused(String)
    /// The responder did not reload within 30 s.
    case late
  }

  /// Reloads the responder of a configuration, within 30 s.
  ///
  /// - Parameters:
  ///   - directory: the configuration's folder.
  ///   - alone: whether `levelwind postprocess` and `levelwind-relay` aren't told.
  ///   - warn: takes a line for people where one of them can't be told.
  /// - Returns: what came of it.
  public static func run(
    directory: String, alone: Bool = false, warn: (String) -> Void
  ) -> Outcome {
    // With a broken levelwind.yaml, the responder is looked for in the default state directory. It
    // reports the problem then.
    let settings = (try? IncomingSpool.settings(in: directory)) ?? .defaults
    let state = settings.state
    if StatusFile.isDenied(state: state) { return .refused(Access.words("\(state)/status")) }
    let folder = StatusFolder(state: state)
    var seen = folder.stamp(of: StatusFile.name)
    guard let before = StatusFile.loaded(state: state), StateLock.isHeld(state: state) else {
      return .notRunning(state: state)
    }
    do throws(StatusFolder.SignalError) {
      try folder.signal(SIGHUP, to: StatusFile.name)
    } catch {
      return .refused("the responder can't be notified: \(error)")
    }
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
      // The file of many webhooks takes long to read, so only a new one is.
      if let file = folder.stamp(of: StatusFile.name), file != seen {
        seen = file
        if let status = StatusFile.loaded(state: state), status.generation > before.generation {
          if !alone { tellOthers(state, warn) }
          return .loaded(status.problems)
        }
      }
      usleep(5000)
    }
    return .late
  }

  /// Has `levelwind postprocess` and `levelwind-relay` load the configuration, which read the same
  /// files in processes of their own.
  private static func tellOthers(_ state: String, _ warn: (String) -> Void) {
    if RecordsLock.isHeld(state: state) {
      tell(WorkStatus.postprocess, "levelwind postprocess", state, warn)
    }
    tell(WorkStatus.relay, "levelwind-relay", state, warn)
  }

  private static func tell(
    _ process: String, _ name: String, _ state: String, _ warn: (String) -> Void
  ) {
    guard WorkStatus.read(process, state: state)?.isRunning ?? false else { return }
    do throws(StatusFolder.SignalError) {
      try StatusFolder(state: state).signal(SIGHUP, to: process)
    } catch {
      warn("\(name) can't be notified: \(error)")
    }
  }
}
