import Foundation
import Testing

@testable import Harness

/// The memory that the responder needs for large bodies, and while nothing comes.
@Suite(.showingLogs) struct MemoryTests {
  /// The length of each body in bytes. At 4 MiB, an array that grows by copying would take 8.
  private static let count = 5 << 20
  /// The bytes that smaller pieces of memory leave in the pools of a thread or two.
  private static let pools = 2 << 20

  @Test(arguments: [1, 4])
  func `bodies are held once, and next to nothing of them is kept`(clients: Int) throws {
    try Site.open { site in
      #expect(try site.deliver().status == 200)
      let responder = try #require(site.responder).pid
      // Resets the peak (proc(5)).
      try "5".write(toFile: "/proc/\(responder)/clear_refs", atomically: false, encoding: .utf8)
      let before = try Self.memory("VmRSS", of: responder)
      // Without the pages of the program's file, which any new path through the code adds to.
      let ownBefore = try Self.memory("RssAnon", of: responder)
      let codeBefore = try Self.memory("RssFile", of: responder)
      try Self.deliver(8 * clients, atOnce: clients, to: site)
      // An idle responder gives its code back, and takes it again for these.
      let code = max(0, try Self.memory("RssFile", of: responder) - codeBefore)
      let taken = try Self.memory("VmHWM", of: responder) - before - code
      #expect(taken <= clients * Self.count * 5 / 4 + Self.pools, "\(taken >> 10) KiB")
      let kept = try Self.memory("RssAnon", of: responder) - ownBefore
      #expect(kept <= 4 * Self.pools, "\(kept >> 10) KiB")
    }
  }

  @Test func `a responder without deliveries gives back the code that it took`() throws {
    try Site.open { site in
      #expect(try site.deliver().status == 200)
      let responder = try #require(site.responder).pid
      var most = 0
      try until("it has given back a quarter") {
        let now = try Self.memory("RssFile", of: responder)
        most = max(most, now)
        return now < most / 4 * 3
      }
      #expect(try site.deliver().status == 200)
    }
  }

  private static func deliver(_ deliveries: Int, atOnce clients: Int, to site: Site) throws {
    let body = "[" + String(repeating: " ", count: count - 2) + "]"
    let file = try site.folder.write(body, to: "body")
    let options = [
      "--silent", "--http1.1", "--ipv4", "--max-time", "60", "--parallel", "--parallel-immediate",
      "--parallel-max", "\(clients)", "--cacert", site.folder("tls/fullchain.pem").path,
      "--header", Sample.genuine[0], "--header", "Content-Type: application/json",
      "--data-binary", "@\(file.path)", "--write-out", "%{http_code}\n",
    ]
    let url = "https://localhost:\(site.port)/webhook/erp"
    let answered = try Tool.run(
      "curl", options + (0..<deliveries).flatMap { _ in ["--output", "/dev/null", url] })
    #expect(answered.text.split(separator: "\n") == Array(repeating: "200", count: deliveries))
  }

  /// Returns a line of a process's status, in bytes.
  private static func memory(_ name: String, of process: Int32) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("\(name):") })
    return try #require(Int(line.filter(\.isNumber))) << 10
  }
}
