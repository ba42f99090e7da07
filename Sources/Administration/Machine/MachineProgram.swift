import CLinux
import FoundationEssentials
import Glibc
import Importing
import Serving

/// Programs of this machine.
package enum MachineProgram {
  /// Runs a program to its end, without a shell and with nothing to read.
  ///
  /// - Returns: its exit code and output; nil if it isn't installed or can't be run.
  package static func run(
    _ arguments: [String]
  ) -> (status: Int32, output: String, errors: String)? {
    run(arguments, input: []).map {
      ($0.status, String(decoding: $0.output, as: UTF8.self), $0.errors)
    }
  }

  /// Runs a program to its end, without a shell, with these bytes on its standard input.
  ///
  /// - Returns: its exit code and output; nil if it isn't installed or can't be run.
  package static func run(
    _ arguments: [String], input: [UInt8]
  ) -> (status: Int32, output: [UInt8], errors: String)? {
    guard let file = try? MemoryFile(input) else { return nil }
    var output: [Int32] = [-1, -1]
    var errors: [Int32] = [-1, -1]
    guard pipe(&output) == 0 else { return nil }
    defer { close(output[0]) }
    guard pipe(&errors) == 0 else {
      close(output[1])
      return nil
    }
    defer { close(errors[0]) }
    let process = start(
      arguments, input: file.descriptor, output: output[1], errors: errors[1])
    close(output[1])
    close(errors[1])
    guard let process else { return nil }
    // Standard error is a line or two and fits into the pipe, so it can be read second.
    let text = read(output[0])
    let words = String(decoding: read(errors[0]), as: UTF8.self)
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1, errno == EINTR {}
    let code = status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f)
    return code == 127 ? nil : (code, text, words)
  }

  /// - Returns: the process; nil if env(1) can't be run.
  private static func start(
    _ arguments: [String], input: Int32, output: Int32, errors: Int32
  ) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    let environment = ProcessInfo.processInfo.environment
    let path = "PATH=/usr/local/sbin:/usr/sbin:/sbin:\(environment["PATH"] ?? "")"
    let words = (["env", path] + arguments).map { strdup($0) }
    let variables = environment.map { strdup("\($0.key)=\($0.value)") }
    defer { for text in words + variables { free(text) } }
    var process: pid_t = 0
    let failure = posix_spawn(
      &process, "/usr/bin/env", &actions, nil, words + [nil], variables + [nil])
    return failure == 0 ? process : nil
  }

  /// Reads to the end.
  private static func read(_ descriptor: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count == -1, errno == EINTR { continue }
      guard count > 0 else { return bytes }
      bytes += piece[..<count]
    }
  }

  /// Returns why a user can't run a program, with a remedy where a command mends it; nil if the
  /// user can. `path` has the folders in which a program without a slash is looked for.
  static func obstacle(
    to program: String, for user: Account, path: [String]
  ) -> (what: String, remedy: Remedy?)? {
    guard !program.contains("/") else { return obstacle(at: program, for: user) }
    let places: [String] = path.map { "\($0)/\(program)" }
    let found = places.filter { access($0, F_OK) == 0 }
    guard let first = found.first else {
      return ("is in none of \(path.joined(separator: ", "))", nil)
    }
    return found.contains { obstacle(at: $0, for: user) == nil }
      ? nil : obstacle(at: first, for: user)
  }

  private static func obstacle(
    at path: String, for user: Account
  ) -> (what: String, remedy: Remedy?)? {
    var status = stat()
    guard stat(path, &status) == 0 else { return (String(cString: strerror(errno)), nil) }
    guard status.st_mode & S_IFMT == S_IFREG else { return ("isn't a file", nil) }
    if let barrier = user.barrier(on: path) {
      return ("user \(user.name) can't pass \(barrier)", .changeMode("a+x", barrier))
    }
    // Root, too, can run only files that someone has permission to execute.
    guard status.st_mode & 0o111 != 0, user.may(1, status) else {
      return ("can't be executed by user \(user.name)", .changeMode("a+rx", path))
    }
    return nil
  }
}
