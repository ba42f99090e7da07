import Bytes
import Dispatch
import Foundation

/// A program that runs beside a test.
///
/// Foundation's `Process` doesn't do. Its thread that waits for one process never sees the end of
/// others if a process closes the descriptors that it inherited. And a process inherits the blocked
/// signals of the thread that starts it: SIGTERM, in tests.
final class Child: Sendable {
  let pid: pid_t
  private let status = Mutex<Int32?>(nil)
  private let ended = DispatchSemaphore(value: 0)
  var isRunning: Bool { status.withLock { $0 == nil } }

  /// Starts a program by its path, or found on the PATH. Both outputs are appended to the file
  /// `log`, or standard output to the file `output` instead. `input` is the file of its standard
  /// input; nil for none.
  init(
    _ program: String, _ arguments: [String], log: URL, output: URL? = nil, input: URL? = nil
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let append = O_WRONLY | O_CREAT | O_APPEND
    posix_spawn_file_actions_addopen(&actions, 0, input?.path ?? "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, (output ?? log).path, append, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, log.path, append, 0o644)
    for descriptor in Int32(3)..<1024 {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    // env takes settings before the program's name.
    let words = ["/usr/bin/env", program] + arguments
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var pid = pid_t()
    let failure = posix_spawn(&pid, words[0], &actions, &attributes, &pointers, environ)
    guard failure == 0 else {
      throw NotYet(description: "can't start \(program): \(String(cString: strerror(failure)))")
    }
    self.pid = pid
    Thread.detachNewThread { [self] in reap() }
  }

  private func reap() {
    var raw: Int32 = 0
    while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
    let signal = raw & 0x7f
    status.withLock { $0 = signal == 0 ? raw >> 8 & 0xff : -signal }
    ended.signal()
  }

  func send(_ signal: Int32) {
    if isRunning { kill(pid, signal) }
  }

  /// Waits for the program's end, for so many seconds; nil for as long as it takes.
  ///
  /// - Returns: its exit code, or the negated signal that ended it; nil if it still runs.
  func wait(_ seconds: Int? = 60) -> Int32? {
    let limit = seconds.map { DispatchTime.now() + .seconds($0) } ?? .distantFuture
    guard ended.wait(timeout: limit) == .success else { return nil }
    ended.signal()
    return status.withLock { $0 }
  }

  /// Ends the program by SIGTERM or, after a minute, by SIGKILL.
  @discardableResult
  func stop() -> Int32? {
    send(SIGTERM)
    if let status = wait() { return status }
    send(SIGKILL)
    return wait()
  }
}
