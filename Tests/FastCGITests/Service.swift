import FastCGI
import Foundation
import Testing

@testable import Harness

/// A listener on a socket in a folder of its own.
final class Service {
  private let folder: Folder
  let path: String
  let listener: Listener
  private var isStopped = false

  init(
    threads: Int = 2, connections: Int = 4096, ioTimeout: Duration = .seconds(30),
    allowedPeers: Set<uid_t> = [], mode: mode_t = 0o660, _ handler: @escaping Listener.Handler
  ) throws {
    folder = try Folder(named: "fastcgi")
    path = folder("s").path
    listener = try Listener(
      socket: try .make(path: path, mode: mode), threads: threads, connections: connections,
      ioTimeout: ioTimeout, allowedPeers: allowedPeers)
    try listener.run(handler)
  }

  func client() throws -> FastCGIClient { try FastCGIClient(path: path) }

  /// Stops the listener, and expects that it ends.
  func stop(sourceLocation: SourceLocation = #_sourceLocation) {
    isStopped = true
    #expect(
      listener.stop(grace: .zero, deadline: .seconds(60)), "the listener did not end",
      sourceLocation: sourceLocation)
  }

  deinit {
    if !isStopped { _ = listener.stop(grace: .zero, deadline: .seconds(60)) }
  }
}
