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

/// kill -9 of the relay to a broker.
@Suite(.serialized, .rabbitMQ) struct RabbitMQRelaySlowTests {
  @Test(
    .needs(.strace, toProve: "SIGKILL at each system call of the relay"),
    arguments: ["flock", "renameat2", "sendto", "recvfrom", "unlinkat"])
  func `kill -9 at each call of the relay: each task arrives, and at most twice`(call: String)
    throws
  {
    try RabbitMQServer.open("calls") { spool, server in
      var kills = 0
      for count in 1...200 {
        let ids = Set([try spool.site.add("1"), try spool.site.add("2")])
        let status = try spool.once(killedAt: call, count)
        try spool.all()
        let arrived = try server.take("calls").map(\.id)
        #expect(Set(arrived) == ids, "\(call) \(count)")
        #expect(arrived.count <= 4, "\(call) \(count)")
        if status == 0 { break }
        kills += 1
      }
      #expect(kills > 0)
      #expect(kills < 200)
    }
  }

  @Test func `kill -9 of the relay again and again loses nothing`() throws {
    try RabbitMQServer.open("kills") { spool, server in
      let tasks = 1000
      let ids = Set(try (1...tasks).map { try spool.site.add("\($0)") })
      var kills = 0
      while !spool.isEmpty {
        let before = spool.site.names("new").count
        let relay = try spool.start()
        try until("it carries some on") {
          spool.site.names("new").count <= max(0, before - 200) && before > 0 || spool.isEmpty
        }
        relay.send(SIGKILL)
        _ = relay.wait()
        kills += 1
      }
      let arrived = try server.take("kills").map(\.id)
      #expect(Set(arrived) == ids)
      // What waits for confirms on two connections.
      #expect(arrived.count - tasks <= kills * 200)
      print("\(tasks) tasks, \(kills) kills of the relay, \(arrived.count - tasks) came twice")
    }
  }
}
