import Glibc

/// A process of a test's own.
///
/// Foundation's `Process` doesn't do. Its thread that waits for one process never sees the end of
/// others if a process closes the descriptors that it inherited.
final class Child {
  private let id: pid_t
  private let output: Int32
  private var status: Int32?

  var processIdentifier: pid_t { id }

  init(_ arguments: [String]) throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Client.Failure(what: "pipe", errno: errno) }
    defer { close(ends[1]) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)

    var words = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var id = pid_t()
    let failure = posix_spawnp(&id, arguments[0], &actions, nil, &words, environ)
    guard failure == 0 else {
      close(ends[0])
      throw Client.Failure(what: arguments[0], errno: failure)
    }
    self.id = id
    output = ends[0]
  }

  /// Runs a command to its end.
  ///
  /// - Returns: its exit code and its output.
  static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let child = try Child(arguments)
    let output = child.readAll()
    return (child.wait(), output)
  }

  func terminate() {
    if status == nil { kill(id, SIGTERM) }
  }

  /// Reads the output until the process ends.
  func readAll() -> String {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(output, &chunk, chunk.count)
      guard count > 0 else { return String(decoding: all, as: UTF8.self) }
      all += chunk.prefix(count)
    }
  }

  /// Waits for the process's end.
  ///
  /// - Returns: its exit code; 128 plus the signal's number if a signal ended it.
  @discardableResult
  func wait() -> Int32 {
    if let status { return status }
    var raw: Int32 = 0
    while waitpid(id, &raw, 0) < 0, errno == EINTR {}
    let result = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + raw & 0x7f
    status = result
    return result
  }

  deinit {
    if status == nil {
      kill(id, SIGKILL)
      wait()
    }
    close(output)
  }
}
