import CLinux
import Glibc

/// A program that runs in a process group of its own. It has standard input, output and error, and
/// no other descriptor of ours. Call `wait` once.
package final class ChildProcess {
  private let process: pid_t
  /// A pidfd: readable when the program has ended.
  private let ending: Int32
  private let errors: ErrorTail

  /// Starts the program, with no signal blocked or ignored.
  ///
  /// - Parameters:
  ///   - arguments: the program, by its path or found on the PATH, and its arguments.
  ///   - environment: all of its environment.
  ///   - input: the descriptor of its standard input. The caller closes it.
  ///   - directory: the folder in which it runs; nil for this process's own.
  ///   - isQuiet: whether to pass on nothing that it prints. Its standard output then counts as
  ///     standard error.
  /// - Throws: `DrainError` if the program can't be run or watched.
  package init(
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
      // Without a way to see its end, the program must not run.
      kill(-process, SIGKILL)
      waitpid(process, nil, 0)
      throw DrainError("pidfd_open: \(String(cString: strerror(errno)))")
    }
  }

  deinit { if ending >= 0 { close(ending) } }

  /// The end of the program.
  package struct End {
    package enum Status: Equatable {
      case exit(Int32)
      case signal(Int32)
    }
    package let status: Status
    /// Whether the program was ended because it ran for too long.
    package let timedOut: Bool
    /// Whether the program was ended because the drain stops, or ended itself by such a signal
    /// then.
    let wasStopped: Bool
    /// The last bytes that it printed on standard error.
    package let errors: String
  }

  /// The time between SIGTERM and SIGKILL.
  private static let patience = Duration.seconds(5)

  /// Waits until the program has ended. When its time is over, or the deadline of a stop has come,
  /// its process group gets SIGTERM and, five seconds later, SIGKILL.
  package func wait(timeout: Duration?, until stop: StopRequest) -> End {
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
    // The process is not reaped yet, so no other group can have its number.
    if killing != nil { kill(-process, SIGKILL) }
    let status = reap()
    let stopped = killing != nil ? !timedOut : stop.deadline != nil && status.isStopSignal
    return End(status: status, timedOut: timedOut, wasStopped: stopped, errors: errors.text())
  }

  /// Waits for the program's end, until the first of these moments at most.
  ///
  /// - Returns: whether the program has ended.
  private func waitForEvent(
    until moments: [ContinuousClock.Instant?], _ stop: StopRequest
  ) -> Bool {
    // After a stop request its descriptor stays readable, so poll would return at once.
    let stopping = stop.deadline != nil
    var waits = [ending, errors.isOpen ? errors.readEnd : -1, stopping ? -1 : stop.descriptor]
      .map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let first = moments.compactMap { $0 }.min()
    var milliseconds = first.map { max(.zero, $0 - .now) / .milliseconds(1) + 1 } ?? 3_600_000
    // A later request can bring the deadline forward.
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
  /// Whether the program was ended by a signal with which a service manager stops it, itself or
  /// through a shell.
  fileprivate var isStopSignal: Bool {
    [SIGTERM, SIGINT, SIGHUP].contains { self == .signal($0) || self == .exit(128 + $0) }
  }
}
