import Foundation
import Testing

@testable import Harness

/// `levelwind-relay` with a real RabbitMQ broker.
@Suite(.serialized, .rabbitMQ) struct RabbitMQRelayTests {
  @Test func `every body arrives byte for byte, with the task's attributes beside it`() throws {
    try RabbitMQServer.open("bytes") { spool, server in
      var wanted: [String: [UInt8]] = [:]
      for (body, type) in ExampleImporterTests.bodies where body.count < 1_000_000 {
        wanted[try spool.site.add(bytes: body, type: type)] = body
      }
      let shop = try spool.site.add("{}", webhook: "shop", senderDelivery: "72d3 \"x\"")
      wanted[shop] = Array("{}".utf8)
      let carried = try spool.once()
      #expect(carried.status == 0, "\(carried.errors)")
      #expect(spool.isEmpty)
      let messages = try server.take("bytes")
      #expect(messages.count == wanted.count)
      for message in messages {
        #expect(wanted[message.id].map { Data($0) } == message.body)
        #expect(message.isPersistent)
        #expect(message.headers["cloudEvents_id"] == message.id)
        #expect(message.headers["cloudEvents_specversion"] == "1.0")
      }
      let sent = try #require(messages.first { $0.id == shop })
      #expect(sent.type == "application/json")
      #expect(sent.headers["cloudEvents_webhook"] == "shop")
      #expect(sent.headers["cloudEvents_senderdelivery"] == "72d3 \"x\"")
      #expect(sent.headers["cloudEvents_taskindex"] == "0")
      #expect(try server.control("list_queues", "name", "type").contains("bytes\tquorum"))
    }
  }

  @Test func `an exchange gets whole tasks under the key that a program makes`() throws {
    try RabbitMQServer.open("unused") { spool, server in
      try spool.configure(
        RabbitMQServer.relay(
          "tls: off, hosts: [\"127.0.0.1:\(server.port)\"], exchange: events, mode: structured, "
            + "routing_key: '\"stock.\" + .data.body.sku'"))
      try server.python(
        """
        channel.exchange_declare("events", "topic", durable=True)
        channel.queue_declare("structured", durable=True)
        channel.queue_bind("structured", "events", "stock.#")
        """)
      let id = try spool.site.add(#"{"sku":"a"}"#)
      let long = try spool.site.add("{\"sku\":\"\(String(repeating: "a", count: 300))\"}")
      let none = try spool.site.add(#"{"sku":1}"#)
      #expect(try spool.once().status == 1)
      let messages = try server.take("structured")
      #expect(messages.map(\.id) == [id])
      #expect(messages[0].type == "application/cloudevents+json")
      #expect(messages[0].routingKey == "stock.a")
      let task = try JSONSerialization.jsonObject(with: messages[0].body) as? [String: Any]
      #expect(task?["id"] as? String == id)
      for (id, reason) in [(long, "the routing key has 306 bytes"), (none, "routing_key: string")] {
        let text = spool.site.folder.text("spool/stock/failed/\(id).json.reason")
        #expect(text.contains(reason), "\(text)")
      }
    }
  }

  @Test func `what no queue takes, or a full one refuses, is tried again alone`() throws {
    try RabbitMQServer.open("later") { spool, server in
      try spool.configure(
        RabbitMQServer.relay(
          "tls: off, hosts: [\"127.0.0.1:\(server.port)\"], routing_key: .data.body.to"))
      try server.python(
        """
        channel.queue_declare("roomy", durable=True)
        channel.queue_declare("full", durable=True, arguments={
            "x-max-length": 1, "x-overflow": "reject-publish"})
        """)
      let large = try spool.site.add(
        "{\"to\":\"roomy\",\"x\":\"\(String(repeating: "a", count: 1_100_000))\"}")
      #expect(try spool.once().status == 1)
      let reason = spool.site.folder.text("spool/stock/failed/\(large).json.reason")
      #expect(reason.contains("PRECONDITION_FAILED"), "\(reason)")
      for _ in 1...5 { try spool.site.add(#"{"to":"roomy"}"#) }
      let lost = try spool.site.add(#"{"to":"nowhere"}"#)
      let both = try (1...2).map { _ in try spool.site.add(#"{"to":"full"}"#) }
      try spool.running { _ in
        try until("the others wait") {
          let texts = spool.site.names("retry").map {
            spool.site.folder.text("spool/stock/retry/\($0)")
          }.joined()
          return texts.contains("returned: 312 NO_ROUTE, for the routing key nowhere")
            && texts.contains("the broker refused it (nack)")
        }
        // Those beside them came once, and aren't repeated with them.
        #expect(try server.take("roomy").count == 5)
        try server.python("channel.queue_declare(\"nowhere\", durable=True)")
        // The refused one comes as soon as there is room, maybe while this takes the other.
        var taken = try server.take("full").map(\.id)
        try until("all are carried on") {
          ["new", "cur", "retry"].allSatisfy { spool.site.names($0).isEmpty }
        }
        #expect(try server.take("nowhere").map(\.id) == [lost])
        taken += try server.take("full").map(\.id)
        #expect(taken.sorted() == both.sorted())
        #expect(try server.take("roomy").isEmpty)
      }
      // Beside others, what is too large fails alone.
      let others = [
        try spool.site.add(#"{"to":"roomy"}"#), try spool.site.add(#"{"to":"roomy"}"#),
      ]
      try spool.site.add(
        "{\"to\":\"roomy\",\"x\":\"\(String(repeating: "a", count: 1_100_000))\"}")
      #expect(try spool.once().status == 1)
      #expect(spool.site.names("failed").count { $0.hasSuffix(".json") } == 2)
      #expect(Set(try server.take("roomy").map(\.id)) == Set(others))
    }
  }

  @Test func `while no broker can be used, tasks wait, and none is lost`() throws {
    try RabbitMQServer.open("outage") { spool, server in
      func reads(_ count: Int) throws {
        let bodies = try server.take("outage").map { String(decoding: $0.body, as: UTF8.self) }
        #expect(Set(bodies) == Set((1...count).map { "\($0)" }))
        print("\(count) tasks over an outage, \(bodies.count - count) came twice")
      }
      let working = RabbitMQServer.relay(
        "tls: off, quorum_queue: outage, hosts: [\"127.0.0.1:\(server.port)\"]")
      for (words, broken) in [
        ("404 NOT_FOUND - no exchange 'nowhere'", working + ", exchange: nowhere"),
        ("530 NOT_ALLOWED - vhost /nowhere not found", working + ", vhost: /nowhere"),
        ("403 ACCESS_REFUSED", working.replacingOccurrences(of: "levelwind", with: "nobody")),
        (
          "127.0.0.1:1: a socket error occurred",
          RabbitMQServer.relay("tls: off, hosts: [\"127.0.0.1:1\"]")
        ),
      ] {
        try spool.configure(broken)
        for number in 1...3 { try spool.site.add("\(number)") }
        let refused = try spool.once()
        #expect(refused.status == 75)
        #expect(refused.errors.contains(words), "\(refused.errors)")
        #expect(!refused.errors.contains(RabbitMQServer.password))
        #expect(spool.site.names("failed").isEmpty)
        try spool.configure(working)
        try spool.all()
        try reads(3)
      }
      #expect(try spool.check() == "stock: works")
      try spool.set(password: "wrong")
      #expect(try spool.check().contains("403 ACCESS_REFUSED"))
      try spool.set(password: RabbitMQServer.password)
      // The second of the hosts is used where the first can't be.
      try spool.configure(
        RabbitMQServer.relay(
          "tls: off, quorum_queue: outage, hosts: [\"127.0.0.1:1\", \"127.0.0.1:\(server.port)\"]"))
      try spool.running { relay in
        try spool.site.add("1")
        try until("the first is carried on") { spool.isEmpty }
        try spool.outage(telling: "127.0.0.1") {
          server.kill()
        } _: {
          try server.start()
        }
        try reads(120)
        #expect(relay.isRunning)
      }
    }
  }

  @Test func `a broker that lacks memory is waited for, and nothing comes twice`() throws {
    try RabbitMQServer.open("alarm") { spool, server in
      try spool.running { relay in
        try spool.site.add("0")
        try until("the first is carried on") { spool.isEmpty }
        try spool.outage(telling: "the broker blocks publishers") {
          try server.control("set_vm_memory_high_watermark", "absolute", "1")
        } _: {
          try server.control("set_vm_memory_high_watermark", "0.4")
        }
        let bodies = try server.take("alarm").map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies.sorted() == (0...120).map { "\($0)" }.sorted())

        // A stop doesn't wait for the broker.
        try server.control("set_vm_memory_high_watermark", "absolute", "1")
        try spool.site.add("1")
        try until("it is blocked") { spool.outage?.contains("blocks publishers") ?? false }
        relay.send(SIGTERM)
        #expect(relay.wait() == 0)
        #expect(spool.site.names("new").count == 1)
        try server.control("set_vm_memory_high_watermark", "0.4")
      }
    }
  }

  @Test func `TLS is verified`() throws {
    try RabbitMQServer.open("secure") { spool, server in
      try spool.site.add("1")
      let keys = "quorum_queue: secure, hosts: [\"localhost:\(server.securePort)\"]"
      try spool.configure(RabbitMQServer.relay(keys))
      let unknown = try spool.once()
      #expect(unknown.status == 75)
      #expect(unknown.errors.contains("SSL peer cert verification failed"), "\(unknown.errors)")
      let trusting = keys + ", ca_file: \(server.folder("broker.crt").path)"
      try spool.configure(
        RabbitMQServer.relay(trusting.replacingOccurrences(of: "localhost", with: "127.0.0.1")))
      let other = try spool.once()
      #expect(other.errors.contains("SSL"), "\(other.errors)")
      // The broker's certificate is three days old for this relay.
      try spool.configure(RabbitMQServer.relay(trusting))
      let ended = try Tool.run(
        "faketime", ["+3 days", "\(Site.levelwind)-relay"] + spool.arguments)
      #expect(ended.errors.contains("SSL peer cert verification failed"), "\(ended.errors)")
      try spool.all()
      #expect(try server.take("secure").count == 1)
    }
  }
}
