import Foundation
import Testing

@testable import Harness

/// The ends of responders, as their clients and the spool see them.
@Suite(.showingLogs) struct RestartTests {
  @Test func `kill -9 under load loses nothing that was acknowledged`() throws {
    try Site.open { site in
      site.stop()
      try site.startOnHeldSocket()
      let crowd = try Crowd(0..<600, atOnce: 8, to: site)
      for round in 1...3 {
        try until("\(round * 100) tasks") { site.tasks().count >= round * 100 }
        try site.endResponder(with: SIGKILL)
      }
      let statuses = try crowd.statuses()
      #expect(statuses.count == 600)
      #expect(Set(statuses.values).isSubset(of: [200, 503]))
      let acknowledged = statuses.filter { $0.value == 200 }.keys
      #expect(acknowledged.count >= 300)
      #expect(Set(acknowledged).subtracting(try Crowd.stored(in: site)) == [])
      // A responder that has only just started would be ended by the signal itself.
      #expect(try site.deliver().status == 200)
      #expect(site.stop() == 0)
      #expect(site.folder.names(in: "spool/stock/tmp") == [])
    }
  }

  @Test func `a restart under load fails no request`() throws {
    try Site.open { site in
      site.stop()
      try site.startOnHeldSocket()
      let crowd = try Crowd(0..<600, atOnce: 8, to: site)
      for round in 1...3 {
        try until("\(round * 100) tasks") { site.tasks().count >= round * 100 }
        try site.endResponder(with: SIGTERM)
      }
      let statuses = try crowd.statuses()
      #expect(statuses.count == 600)
      #expect(statuses.filter { $0.value != 200 } == [:])
      #expect(Set(try Crowd.stored(in: site)) == Set(0..<600))
    }
  }

  @Test func `a kept connection that ends instead of answering isn't a failure`() throws {
    // The next responder may take long to start on a busy machine. With nginx's usual five seconds,
    // the answer would be a 503, and the first task still in the log.
    let patient: (Folder) throws -> Void = { folder in
      let name = "snippets/levelwind.conf"
      try folder.write(folder.text(name).replacing("_timeout 5s", with: "_timeout 50s"), to: name)
    }
    try Site.open(nginx: patient) { site in
      site.stop()
      try site.startOnHeldSocket()
      #expect(try site.deliver().status == 200)
      let stuck = try #require(pid_t(site.folder.text("responder.pid")))
      kill(stuck, SIGSTOP)
      let crowd = try Crowd(0..<1, atOnce: 1, to: site)
      try until("nginx has sent the request") {
        // The second field of `ss` is the state, the third the bytes or connections that wait.
        try Tool.run("ss", ["--unix", "--all", "--no-header"]).text.split(separator: "\n").contains
        {
          $0.contains(site.socket) && $0.split(separator: " ")[2] != "0"
        }
      }
      kill(stuck, SIGKILL)
      let statuses = try crowd.statuses()
      #expect(statuses == [0: 200])
      #expect(site.tasks().count == 2)
    }
  }

  @Test func `SIGTERM ends an idle responder with 0, and its socket with it`() throws {
    try Site.open { site in
      #expect(try site.deliver().status == 200)
      #expect(site.stop() == 0)
      let reply = try site.deliver()
      #expect(reply.status == 503)
      #expect(reply["retry-after"] != nil)
      #expect(reply.json["status"] as? Int == 503)
      try site.start()
      #expect(try site.deliver().status == 200)
      #expect(site.tasks().count == 2)
    }
  }

  @Test func `a socket that was left behind by kill -9 is made anew`() throws {
    try Site.open { site in
      let killed = try #require(site.responder)
      killed.send(SIGKILL)
      #expect(killed.wait() == -SIGKILL)
      try site.start()
      #expect(try site.deliver().status == 200)
    }
  }

  @Test func `the socket is for the web server's group, and nobody else`() throws {
    try Site.open { site in
      let mode = try FileManager.default.attributesOfItem(atPath: site.socket)[.posixPermissions]
      #expect(mode as? Int == 0o660)
    }
  }

  @Test func `a second responder on the same state exits 75, and the first goes on`() throws {
    try Site.open { site in
      let other = site.folder("run/other.sock").path
      let second = try Tool.run(
        "timeout",
        ["30", Site.levelwind, "serve", "--config", site.configuration, "--socket", other])
      #expect(second.status == 75)
      #expect(!FileManager.default.fileExists(atPath: other))
      #expect(try site.deliver().status == 200)
    }
  }

  @Test func `a responder that does not answer costs 503, not the sender's patience`() throws {
    try Site.open { site in
      let stuck = try #require(site.responder)
      stuck.send(SIGSTOP)
      let reply = try site.deliver()
      stuck.send(SIGCONT)
      #expect(reply.status == 503)
      #expect(reply["retry-after"] != nil)
      #expect(reply["content-type"] == "application/problem+json")
    }
  }
}
