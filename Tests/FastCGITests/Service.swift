import FastCGI
import Foundation
import Glibc
import Testing

/// A listener on a socket in a folder of its own.
final class Service {
  let folder: String
  let path: String
  let listener: Listener
  private var isStopped = false

  init(
    threads: Int = 2, connections: Int = 4096, ioTimeout: Duration = .seconds(30),
    allowedPeers: Set<uid_t> = [], mode: mode_t = 0o660, _ handler: @escaping Listener.Handler
  ) throws {
    folder = try makeFolder()
    path = folder + "/s"
    listener = try Listener(
      socket: try .make(path: path, mode: mode), threads: threads, connections: connections,
      ioTimeout: ioTimeout, allowedPeers: allowedPeers)
    try listener.run(handler)
  }

  func client() throws -> Client { try Client(path: path) }

  /// Stops the listener, and expects that it ends.
  func stop(sourceLocation: SourceLocation = #_sourceLocation) {
    isStopped = true
    #expect(
      listener.stop(grace: .zero, deadline: .seconds(60)), "the listener did not end",
      sourceLocation: sourceLocation)
  }

  deinit {
    if !isStopped { _ = listener.stop(grace: .zero, deadline: .seconds(60)) }
    try? FileManager.default.removeItem(atPath: folder)
  }
}

func makeFolder() throws -> String {
  var template = Array("/tmp/fastcgi-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw Client.Failure(what: "mkdtemp", errno: errno) }
  let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  chmod(folder, 0o755)
  return folder
}

/// Waits until a condition holds, for a minute at most.
func eventually(_ condition: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation) {
  for _ in 0..<6_000 {
    if condition() { return }
    usleep(10_000)
  }
  Issue.record("it never came about", sourceLocation: sourceLocation)
}
