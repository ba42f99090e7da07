import Foundation
import Testing

@testable import Harness

/// kill -9 of the relay to a database.
@Suite(.serialized, .postgreSQL) struct PostgreSQLRelaySlowTests {
  @Test(
    .needs(.strace, toProve: "SIGKILL at each system call of the relay"),
    arguments: ["flock", "renameat2", "sendto", "recvfrom", "unlinkat"])
  func `kill -9 at each call of the relay: each task is one row`(call: String) throws {
    try PostgreSQLServer.open { spool, server in
      var kills = 0
      for count in 1...200 {
        try server.run("TRUNCATE levelwind_tasks")
        let ids = Set([try spool.site.add("1"), try spool.site.add("2")])
        let status = try spool.once(killedAt: call, count)
        try spool.all()
        let rows = try server.run("SELECT id FROM levelwind_tasks").split(separator: "\n")
        #expect(Set(rows.map(String.init)) == ids, "\(call) \(count)")
        if status == 0 { break }
        kills += 1
      }
      #expect(kills > 0)
      #expect(kills < 200)
    }
  }

  @Test func `kill -9 of the relay again and again: each task is one row`() throws {
    try PostgreSQLServer.open { spool, server in
      let tasks = 1000
      for number in 1...tasks { try spool.site.add("\(number)") }
      var kills = 0
      while try server.query("SELECT count(*) FROM levelwind_tasks") != "\(tasks)" {
        let before = Int(try server.query("SELECT count(*) FROM levelwind_tasks")) ?? 0
        let relay = try spool.start()
        try until("some more are there") {
          (Int(try server.query("SELECT count(*) FROM levelwind_tasks")) ?? 0)
            >= min(before + 200, tasks)
        }
        relay.send(SIGKILL)
        _ = relay.wait()
        kills += 1
      }
      try spool.all()
      #expect(try server.run("SELECT count(DISTINCT body) FROM levelwind_tasks") == "\(tasks)")
      print("\(tasks) tasks, \(kills) kills of the relay, each task is one row")
    }
  }
}
