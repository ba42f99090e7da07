import Foundation
import Glibc
import Testing

@testable import Harness

/// A listener in a process of its own, whose limits and signals tests can change.
@Suite struct ProbeTests {
  private final class Probe {
    let path: String
    private let child: Child
    private let folder: Folder

    static var program: String {
      Bundle.main.bundleURL.appending(path: "fastcgi-probe").path
    }

    init() throws {
      folder = try Folder(named: "probe")
      path = folder("s").path
      child = try Child(Self.program, [path, "2"], log: folder("log"))
      let path = path
      // The process listens before it has fully started.
      try until("it answers") { (try? FastCGIClient(path: path).post([])) != nil }
    }

    /// Limits the process to this many more files than it has open without connections.
    func limitFiles(further: Int) throws {
      let files = "/proc/\(child.pid)/fd"
      var open: Set<Int> = []
      try until("its connections are closed") {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: files)) ?? []
        open = Set(names.compactMap { Int($0) })
        let targets = open.filter { $0 > 2 }.compactMap {
          try? FileManager.default.destinationOfSymbolicLink(atPath: "\(files)/\($0)")
        }
        // Two files remain: the listening socket, and the listener's reserve.
        return targets.filter { $0.hasPrefix("socket:") }.count == 1
          && targets.filter { $0 == "/dev/null" }.count == 1
      }
      let free = (0...).lazy.filter { !open.contains($0) }.prefix(further + 1)
      try limit(files: free.reduce(0) { $1 })
    }

    func limit(files: Int) throws {
      let limit = ["--pid", "\(child.pid)", "--nofile=\(files):"]
      try #require(try Tool.run("prlimit", limit).status == 0)
    }

    func terminate() { child.send(SIGTERM) }

    /// Ends the process by SIGTERM, and expects exit code 0.
    ///
    /// - Returns: its counts.
    @discardableResult
    func end(sourceLocation: SourceLocation = #_sourceLocation) -> [Substring: Int] {
      #expect(child.stop() == 0, sourceLocation: sourceLocation)
      let pairs = folder.text("log").split(separator: "\n").map { $0.split(separator: " ") }
      return Dictionary(
        pairs.map { ($0[0], Int($0[1]) ?? -1) }, uniquingKeysWith: { first, _ in first })
    }

    deinit { child.stop() }
  }

  @Test(arguments: [0, 5])
  func `SIGTERM ends it, idle or with kept connections, and the socket goes`(kept: Int) throws {
    let probe = try Probe()
    let clients = try (0..<kept).map { _ in try FastCGIClient(path: probe.path) }
    for client in clients { #expect(try client.post([1, 2]).text == "2") }
    probe.end()
    #expect(access(probe.path, F_OK) != 0)
  }

  @Test func `SIGTERM lets a request end`() throws {
    let probe = try Probe()
    let client = try FastCGIClient(path: probe.path)
    try client.beginRequest([("REQUEST_URI", "/slow"), ("CONTENT_LENGTH", "0")])
    try client.endBody()
    probe.terminate()
    #expect(try client.reply().text == "0")
    probe.end()
  }

  @Test func `without descriptors the answer is 503, and with some again it is 200`() throws {
    let probe = try Probe()
    #expect(try FastCGIClient(path: probe.path).post([1]).status == 200)
    try probe.limitFiles(further: 0)
    for _ in 0..<20 {
      let client = try FastCGIClient(path: probe.path)
      #expect(try client.post([1]).status == 503)
      #expect(try client.isClosed(), "nothing is kept where descriptors are scarce")
    }
    try probe.limit(files: 200)
    for _ in 0..<20 { #expect(try FastCGIClient(path: probe.path).post([1]).status == 200) }
    let kept = try FastCGIClient(path: probe.path)
    for _ in 0..<20 { #expect(try kept.post([1]).status == 200) }
    probe.end()
  }

  @Test func `waiting for descriptors isn't a busy loop, and ends when there are some`() throws {
    let probe = try Probe()
    try probe.limitFiles(further: 0)
    let idle = try FastCGIClient(path: probe.path)
    let waiting = try FastCGIClient(path: probe.path)
    try waiting.beginRequest([("CONTENT_LENGTH", "0")])
    try waiting.endBody()
    let began = ContinuousClock.now
    try until("it has been out of descriptors for a while") { .now - began >= .seconds(1) }
    try probe.limit(files: 200)
    #expect(try waiting.reply().status == 200)
    let tenths = Int((ContinuousClock.now - began) / .milliseconds(100))
    let errors = try #require(probe.end()["acceptErrors"])
    #expect(errors > 0, "it has been out of descriptors")
    #expect(errors <= tenths + 2, "one try in 100 ms")
    withExtendedLifetime(idle) {}
  }

  #if !THREAD_SANITIZER
    @Test func `a listener without its threads is an error, not half a listener`() throws {
      let folder = try Folder(named: "probe")
      defer { folder.remove() }
      let result = try Tool.run(
        "prlimit", ["--as=8000000000", "--stack=3000000000", Probe.program, folder("s").path, "8"])
      #expect(result.status == 1)
      #expect(result.text == "pthread_create: Resource temporarily unavailable\n")
    }
  #endif
}
