import Foundation
import Testing

@testable import Harness

/// `levelwind-relay` with a real PostgreSQL server.
@Suite(.serialized, .postgreSQL) struct PostgreSQLRelayTests {
  @Test func `every body arrives byte for byte, once, and consumers of the example take them`()
    throws
  {
    try PostgreSQLServer.open { spool, server in
      let site = spool.site
      var wanted: [String: [UInt8]] = [:]
      for (body, type) in ExampleImporterTests.bodies + [
        (Array(#"{"nul":"\u0000"}"#.utf8), "application/json")
      ] {
        wanted[try site.add(bytes: body, type: type)] = body
      }
      // What a sender sends twice becomes one row.
      for _ in 1...2 {
        try site.add(#"{"sku":"a","quantity":1}"#, webhook: "shop", senderDelivery: "72d3 \"x\"")
      }
      let carried = try spool.once()
      #expect(carried.status == 0, "\(carried.errors)")
      #expect(spool.isEmpty)
      let rows = try server.run(
        "SELECT id || ' ' || encode(body, 'hex') FROM levelwind_tasks WHERE webhook = 'erp'")
      let found = rows.split(separator: "\n").map {
        $0.split(separator: " ", omittingEmptySubsequences: false)
      }
      #expect(found.count == wanted.count)
      for row in found {
        let bytes = try #require(wanted[String(row[0])])
        #expect(row[1] == bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
      }
      #expect(
        try server.run(
          "SELECT count(*), min(senderdelivery), min(document #>> '{data,body,sku}') "
            + "FROM levelwind_tasks WHERE webhook = 'shop'") == "1|72d3 \"x\"|a")
      // jsonb can't hold a NUL: the body is there all the same.
      #expect(try server.run("SELECT count(*) FROM levelwind_tasks WHERE document IS NULL") != "0")

      // Two consumers at once take each row once.
      try FileManager.default.createDirectory(
        at: site.folder("out"), withIntermediateDirectories: true)
      let examples = Site.repository.appending(path: "systemd/examples/consumers")
      let consumers = try (1...2).map { number in
        try Child(
          "/usr/bin/python3",
          [
            examples.appending(path: "postgresql.py").path, server.place, site.folder("out").path,
            "--once",
          ],
          log: site.folder("consumer-\(number).log"))
      }
      for consumer in consumers {
        #expect(consumer.wait() == 0, "\(site.folder.text("consumer-1.log"))")
      }
      for (id, body) in wanted { #expect(try site.folder.bytes("out/\(id)") == body) }
      #expect(try server.run("SELECT count(*) FROM levelwind_tasks WHERE processed IS NULL") == "0")

      try server.run(
        "CREATE TABLE stock (sku text PRIMARY KEY, quantity integer, changed timestamptz)")
      for quantity in 1...3 { try site.add("{\"sku\":\"b\",\"quantity\":\(quantity)}") }
      #expect(try spool.once().status == 0)
      try server.run(
        String(contentsOf: examples.appending(path: "postgresql.sql"), encoding: .utf8))
      #expect(try server.run("SELECT sku, quantity FROM stock") == "b|3")
    }
  }

  @Test func `a consumer that waits is told of new rows`() throws {
    try PostgreSQLServer.open { spool, server in
      let site = spool.site
      try FileManager.default.createDirectory(
        at: site.folder("out"), withIntermediateDirectories: true)
      let script = Site.repository.appending(path: "systemd/examples/consumers/postgresql.py").path
      let consumer = try Child(
        "/usr/bin/python3", [script, server.place, site.folder("out").path],
        log: site.folder("consumer.log"))
      defer { consumer.stop() }
      try spool.running { _ in
        for number in 1...3 {
          let id = try site.add("\(number)")
          // It looks by itself once a minute only, which is longer than this waits.
          try until("the consumer has it") { site.folder.contents("out/\(id)") != nil }
        }
      }
    }
  }

  @Test func `a task that can't become a row is given up alone, with the reason`() throws {
    try PostgreSQLServer.open { spool, server in
      let site = spool.site
      try site.add("1")
      let bad = try site.add("2")
      let name = "spool/stock/new/\(bad).json"
      try site.folder.write(
        site.folder.text(name).replacingOccurrences(of: #""time":"2"#, with: #""time":"x2"#),
        to: name)
      let large = try site.add("3")
      let largeName = "spool/stock/new/\(large).json"
      try site.folder.write(
        site.folder.text(largeName).replacingOccurrences(
          of: #""bodyBytes":1,"#, with: #""bodyBytes":500000000,"#), to: largeName)
      try site.add("4")
      #expect(try spool.once().status == 1)
      #expect(try server.run("SELECT count(*) FROM levelwind_tasks") == "2")
      let reason = site.folder.text("spool/stock/failed/\(bad).json.reason")
      #expect(reason.contains("invalid input syntax for type timestamp"), "\(reason)")
      let size = site.folder.text("spool/stock/failed/\(large).json.reason")
      #expect(size.contains("the body has 500000000 bytes"), "\(size)")
    }
  }

  @Test func `while the database can't be used, tasks wait, and none is lost or comes twice`()
    throws
  {
    try PostgreSQLServer.open {
      "hosts: [\"\($0.socketHost)\"], timeout: 1s, concurrency: 1"
    } _: { spool, server in
      try spool.running { relay in
        try spool.site.add("0")
        try until("the first is there") { spool.isEmpty }
        try spool.outage(telling: "permission denied") {
          try server.run("REVOKE INSERT ON levelwind_tasks FROM levelwind")
        } _: {
          try server.run("GRANT INSERT ON levelwind_tasks TO levelwind")
        }
        try spool.outage(telling: "does not exist") {
          try server.run("ALTER TABLE levelwind_tasks RENAME TO elsewhere")
        } _: {
          try server.run("ALTER TABLE elsewhere RENAME TO levelwind_tasks")
        }
        try spool.outage(telling: "Connection refused") {
          server.kill()
        } _: {
          try server.start()
        }
        #expect(try server.run("SELECT count(*) FROM levelwind_tasks") == "361")
        #expect(relay.isRunning)
      }
    }
  }

  @Test func `an answer that comes too late is an outage, and each task is one row`() throws {
    try PostgreSQLServer.open {
      "hosts: [\"\($0.socketHost)\"], timeout: 1s, concurrency: 1"
    } _: { spool, server in
      try spool.running { _ in
        try spool.site.add("0")
        try until("the first is there") { spool.isEmpty }
        let mine = "FROM pg_stat_activity WHERE application_name = 'levelwind-relay'"
        let backend = try #require(pid_t(try server.run("SELECT pid \(mine)")))
        // The answer comes, but not in time: the transaction commits behind it. Other connections
        // are made by the server's first process.
        let first = server.folder.text("data/postmaster.pid").prefix { $0 != "\n" }
        let all = [backend, try #require(pid_t(first))]
        defer { for process in all { Glibc.kill(process, SIGCONT) } }
        try spool.outage(telling: "no answer of ", tasks: 1) {
          for process in all { Glibc.kill(process, SIGSTOP) }
        } _: {
          for process in all { Glibc.kill(process, SIGCONT) }
        }
        // A lock that somebody holds: the server itself gives up.
        let holder = try Child(
          "psql",
          [
            "--host", server.socket, "--port", "\(server.port)", "--username", "owner",
            "--command",
            "BEGIN; LOCK TABLE levelwind_tasks; SELECT pg_sleep(600)", "postgres",
          ], log: spool.site.folder("holder.log"))
        defer { holder.stop() }
        try until("the lock is held") {
          try server.query("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'")
            == "1"
        }
        try spool.outage(telling: "statement timeout", tasks: 1) {
        } _: {
          try server.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK%'"
          )
        }
        #expect(try server.run("SELECT count(*) FROM levelwind_tasks") == "3")
      }
    }
  }

  @Test func `by TCP the password and the certificate count, and the host that can be written to`()
    throws
  {
    try PostgreSQLServer.open {
      "hosts: [\"127.0.0.1:1\", \"127.0.0.1:\($0.port)\"], tls: off"
    } _: { spool, server in
      try spool.site.add("1")
      #expect(try spool.once().status == 0)
      #expect(try server.run("SELECT count(*) FROM levelwind_tasks") == "1")

      #expect(try spool.check() == "stock: works")
      try server.run("REVOKE INSERT ON levelwind_tasks FROM levelwind")
      #expect(try spool.check().contains("permission denied for table levelwind_tasks"))
      try server.run("GRANT INSERT ON levelwind_tasks TO levelwind")
      #expect(try server.run("SELECT count(*) FROM levelwind_tasks") == "1")
      try spool.set(password: "wrong")
      #expect(try spool.check().contains("password authentication failed"))
      try spool.site.add("2")
      let refused = try spool.once()
      #expect(refused.status == 75)
      #expect(refused.errors.contains("password authentication failed"), "\(refused.errors)")
      #expect(refused.errors.contains("Connection refused"), "\(refused.errors)")
      #expect(!refused.errors.contains("wrong"))
      try spool.set(password: PostgreSQLServer.password)

      // A server without TLS is refused, and one whose certificate nobody here knows, or has ended.
      let keys = "hosts: [\"localhost:\(server.port)\"]"
      try spool.configure(PostgreSQLServer.relay(keys))
      let plain = try spool.once()
      #expect(plain.errors.contains("server does not support SSL"), "\(plain.errors)")
      defer {
        server.kill()
        #expect(throws: Never.self) { try server.start() }
      }
      func serve(_ name: String, start: String) throws {
        try server.folder.makeCertificate(name, start: start, owner: "postgres")
        server.kill()
        try server.start(
          "-c", "ssl=on", "-c", "ssl_cert_file=\(server.folder("\(name).crt").path)",
          "-c", "ssl_key_file=\(server.folder("\(name).key").path)")
      }
      try serve("ended", start: "9 days ago")
      try spool.configure(
        PostgreSQLServer.relay(keys + ", ca_file: \(server.folder("ended.crt").path)"))
      // libpq doesn't say why. The one below that has not ended is good with the same keys.
      let ended = try spool.once()
      #expect(ended.errors.contains("certificate verify failed"), "\(ended.errors)")
      try serve("good", start: "1 minute ago")
      try spool.configure(PostgreSQLServer.relay(keys))
      let unknown = try spool.once()
      #expect(unknown.errors.contains("certificate verify failed"), "\(unknown.errors)")
      #expect(try server.run("SELECT count(*) FROM levelwind_tasks") == "1")
      try spool.configure(
        PostgreSQLServer.relay(keys + ", ca_file: \(server.folder("good.crt").path)"))
      try spool.all()
      #expect(try server.run("SELECT count(*) FROM levelwind_tasks") == "2")
    }
  }
}
