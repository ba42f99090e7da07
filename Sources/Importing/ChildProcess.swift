import CLinux
import Glibc

/// A program that runs, in a process group of its own: with standard input, output and error, and no other
/// descriptor of ours. `wait` once.
final class ChildProcess {
  private let process: pid_t
  /// Readable when it has ended.
  private let ending: Int32
  private let errors: ErrorTail

  /// Starts it, with no signal blocked or ignored.
  ///
  /// - Parameters:
  ///   - directory: where it runs; nil for this process's own.
  ///   - isQuiet: whether nothing of what it says is passed on, and its standard output counts as its
  ///     standard error.
  init(
    _ arguments: [String], environment: [String: String], input: Int32, directory: String? = nil,
    isQuiet: Bool = false
  ) throws {
    errors = try ErrorTail(isQuiet: isQuiet)
    process = try Self.spawn(
      arguments, environment, input: input, output: isQuiet ? errors.writeEnd : nil,
      errors: errors.writeEnd, directory: directory)
    errors.closeWriteEnd()
    ending = linux_pidfd(process)
    if ending == -1 {
      // Never without a way to see its end.
      kill(-process, SIGKILL)
      waitpid(process, nil, 0)
      throw DrainError("pidfd_open: \(String(cString: strerror(errno)))")
    }
  }

  deinit { if ending >= 0 { close(ending) } }

  /// How it ended.
  struct End {
    enum Status: Equatable {
      case exit(Int32)
      case signal(Int32)
    }
    let status: Status
    /// Whether it was ended because it ran for too long.
    let timedOut: Bool
    /// Whether it was ended, or ended itself by the same signal, because somebody wants to stop.
    let wasStopped: Bool
    /// The last that it said on standard error.
    let errors: String
  }

  /// How long it has after SIGTERM before SIGKILL.
  private static let patience = Duration.seconds(5)

  /// Returns when it has ended. Over its time, or over the time that is left to stop, its process group gets
  /// SIGTERM and, later, SIGKILL.
  func wait(timeout: Duration?, until stop: StopRequest) -> End {
    let late = timeout.map { ContinuousClock.now + $0 }
    var timedOut = false
    var killing: ContinuousClock.Instant?
    while !waitForEvent(until: [killing ?? late, killing ?? stop.deadline], stop) {
      let now = ContinuousClock.now
      if let killing {
        if now >= killing { kill(-process, SIGKILL) }
        continue
      }
      timedOut = late.map { now >= $0 } ?? false
      guard timedOut || (stop.deadline.map { now >= $0 } ?? false) else { continue }
      kill(-process, SIGTERM)
      killing = now + Self.patience
    }
    // While it is not reaped, no other group can have its number.
    if killing != nil { kill(-process, SIGKILL) }
    let status = reap()
    let stopped = killing != nil ? !timedOut : stop.deadline != nil && status.isStopSignal
    return End(status: status, timedOut: timedOut, wasStopped: stopped, errors: errors.text())
  }

  /// Whether it has ended; returns at the first of the moments at the latest.
  private func waitForEvent(
    until moments: [ContinuousClock.Instant?], _ stop: StopRequest
  ) -> Bool {
    // Asked to stop already, the request's descriptor would not let us wait.
    let stopping = stop.deadline != nil
    var waits = [ending, errors.isOpen ? errors.readEnd : -1, stopping ? -1 : stop.descriptor]
      .map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let first = moments.compactMap { $0 }.min()
    var milliseconds = first.map { max(.zero, $0 - .now) / .milliseconds(1) + 1 } ?? 3_600_000
    // The deadline can be brought forward.
    if stopping { milliseconds = min(milliseconds, 100) }
    poll(&waits, UInt(waits.count), Int32(min(milliseconds, 3_600_000)))
    if waits[1].revents != 0 { errors.take() }
    return waits[0].revents != 0
  }

  private func reap() -> End.Status {
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1, errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? .exit(status >> 8 & 0xff) : .signal(signal)
  }
}

extension ChildProcess.End.Status {
  /// What ends a program that a service manager stops, itself or through a shell.
  fileprivate var isStopSignal: Bool {
    [SIGTERM, SIGINT, SIGHUP].contains { self == .signal($0) || self == .exit(128 + $0) }
  }
}
