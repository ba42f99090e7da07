import Foundation
import Spooling
import Testing

@testable import Harness
@testable import Webhooks

/// The requirements on every kind of relay, and what an HTTP relay sends.
@Suite struct RelayTests {
  private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

  private func load(_ relay: String, reads: Set<SecretUse> = [.target]) throws -> Loading {
    let lines = relay.split(separator: "\n").map { "  \($0)\n" }
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "relay:\n" + lines.joined(), "outgoing-secrets/erp": Self.secret,
      "outgoing-secrets/database": "correct-horse\n", "outgoing-secrets/broker": "correct-horse\n",
      "outgoing-secrets/url": "https://example.org/hidden?key=correct-horse\n",
      "outgoing-secrets/words": "not a URL\n", "outgoing-secrets/token": "Bearer correct-horse\n",
    ])
    return Snapshot.load(
      directory: files.path, credentials: .none, now: ConfigurationFiles.now,
      readsSecrets: reads.contains(.sender), readsOutgoing: reads.contains(.target))
  }

  private func errors(_ relay: String) throws -> [String] {
    try load(relay).problems.filter { $0.severity == .error }.map(\.description)
  }

  private func read(_ relay: String) throws -> Relay {
    let loading = try load(relay)
    #expect(loading.problems.filter { $0.severity == .error }.map(\.description) == [])
    return try #require(loading.snapshot?.relayedSpools.first?.relay)
  }

  @Test func `each kind is documented, and its example is read`() throws {
    #expect(Set(Relays.kinds.map { $0.type }).count == Relays.kinds.count)
    for kind in Relays.kinds {
      #expect(kind.documentation.hasSuffix("."), "\(kind.type)")
      #expect(kind.example.hasPrefix("type: \(kind.type)\n"))
      let options = Relays.options(of: kind)
      #expect(Set(options.map(\.key)).count == options.count)
      for option in options { #expect(option.documentation.hasSuffix("."), "\(option.key)") }
      #expect(try read(kind.example).type == kind.type)
    }
  }

  @Test func `unknown keys and wrong types are told`() throws {
    for kind in Relays.kinds {
      let unknown = try errors(kind.example + "\nunheard_of: 1")
      #expect(unknown.count == 1)
      #expect(unknown.first?.contains("relay.unheard_of: unknown key") == true)
      for option in Relays.options(of: kind) {
        let others = PreProcessorExample.entries(kind.example).filter { $0.key != option.key }
        let text = others.map(\.text).joined(separator: "\n")
        let wrong = try errors(text + "\n\(option.key): {x: [{y: z}]}")
        #expect(wrong.contains { $0.contains("relay.\(option.key)") }, "\(kind.type) \(option.key)")
      }
    }
    #expect(try errors("url: https://example.org/").first?.contains("relay.type: missing") == true)
  }

  @Test(arguments: ["db:0", "db:65536", "db:x", "a b", "db/x", "/run:1:2", ":5432", ""])
  func `what isn't a host is told`(host: String) throws {
    for kind in ["postgresql\ndatabase: a", "rabbitmq\npassword: {secret: broker}"] {
      let lines = try errors("type: \(kind)\nuser: a\nhosts: [\"\(host)\"]")
      #expect(lines.contains { $0.contains("hosts[0]: expected a host") }, "\(lines)")
    }
  }

  @Test(arguments: [
    ("url: http://example.org/", "url: expected https://"),
    ("url: https://example.org/\nurl_secret: {secret: url}", "exactly one of url, url_secret"),
    ("mode: binary", "exactly one of url, url_secret"),
    ("url_secret: {secret: words}", "url_secret: the secret isn't an https:// URL"),
    ("url: https://a.org/\nheaders: {Host: a}", "headers: host can't be set here"),
    ("url: https://a.org/\nheaders: {ce-id: a}", "headers: ce-id can't be set here"),
    (
      "url: https://a.org/\nheaders: {A: b}\nsecret_headers: {a: {secret: token}}",
      "secret_headers: a is given twice"
    ),
    ("url: https://a.org/\nlater: [404]\nnever: [404]", "never: 404 is in two of"),
    ("url: https://a.org/\nlater: [404, 404]", "404 is given twice"),
    ("url: https://a.org/\nsecrets: [{secret: token}]", "openssl rand"),
    ("url: https://a.org/\norder_by: '.['", "order_by: jq:"),
    ("url: https://a.org/\nbreaker: {wait: 0ms}", "breaker.wait: expected"),
  ])
  func `what contradicts itself is told`(keys: String, expected: String) throws {
    let lines = try errors("type: http\n" + keys)
    #expect(lines.contains { $0.contains(expected) }, "\(lines)")
  }

  @Test func `secrets are read by who sends them, and shown by nobody`() throws {
    let keys = """
      type: http
      url_secret: {secret: url}
      secret_headers: {Authorization: {secret: token}}
      secrets: [{secret: erp}]
      """
    let missing = keys.replacing("{secret: url}", with: "{secret: none}")
    #expect(try load(missing, reads: [.sender]).problems.isEmpty)
    #expect(try load(missing).hasErrors)
    let relay = try read(keys)
    var dumped = relay.words
    dump(relay, to: &dumped)
    for hidden in ["correct-horse", "hidden", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
      #expect(!dumped.contains(hidden))
    }
    #expect(relay.words == "Sends each task to the URL in secret url, signed.")
  }

  /// Returns the request for a task with this body, and its id.
  private func request(
    _ keys: String, _ body: [UInt8], type: String = "application/json",
    change: (URL) throws -> Void = { _ in }
  ) throws -> (request: RecordRequest, id: String) {
    let http = try #require(try read("type: http\n" + keys).action as? HTTPRelay)
    var made: (RecordRequest, String)?
    try ImporterSite.open { site in
      let id = try site.add(bytes: body, type: type, senderDelivery: "näme 1")
      try change(site.folder("spool/stock/new/\(id).json"))
      let claim = try #require(try site.spool().claim(TaskPlace(.new, "\(id).json")))
      made = (try http.request(for: claim, at: Date(timeIntervalSince1970: 1_795_456_146)), id)
    }
    return try #require(made)
  }

  @Test func `in binary mode the body is the sender's, and the attributes are headers`() throws {
    for body in [Array(#"{"b": 1.00, "b":2}"#.utf8), [0xff, 0, 0x80], []] {
      let (request, id) = try request("url: https://a.org/x?y=z\nmethod: PUT", body)
      #expect(request.body == body)
      #expect((request.method, request.url) == ("PUT", "https://a.org/x?y=z"))
      let headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
      #expect(headers["Content-Type"] == "application/json")
      #expect(headers["ce-specversion"] == "1.0")
      #expect(headers["ce-id"] == id)
      #expect(headers["ce-type"] == "levelwind.task")
      #expect(headers["ce-source"] == "https://hooks.example.org/webhook/erp")
      #expect(headers["ce-senderdelivery"] == "n%C3%A4me%201")
      #expect((headers["ce-taskindex"], headers["ce-taskcount"]) == ("0", "1"))
      let state = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
      for prefix in ["", "ce-"] {
        #expect(headers["\(prefix)traceparent"] == ImporterSite.trace.parent)
        #expect(headers["\(prefix)tracestate"] == state)
      }
      #expect((headers["ce-webhook"], headers["ce-incoming"]) == ("erp", "stock"))
    }
  }

  @Test func `in structured mode the body is the whole task`() throws {
    let (request, id) = try request(
      "url: https://a.org/\nmode: structured\nsecrets: [{secret: erp}]", [1, 2])
    let object = try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
    #expect(object?["id"] as? String == id)
    let headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
    #expect(headers["Content-Type"] == "application/cloudevents+json")
    #expect(headers["webhook-id"] == id)
    #expect(headers["webhook-timestamp"] == "1795456146")
    #expect(headers["traceparent"] == ImporterSite.trace.parent)
    #expect(headers["webhook-signature"]?.hasPrefix("v1,") == true)
    #expect(!headers.keys.contains { $0.hasPrefix("ce-") })
  }

  @Test func `chosen headers are sent along, and none that could make another`() throws {
    func write(_ value: String) -> (URL) throws -> Void {
      { file in
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacing(#""headers":{}"#, with: #""headers":{"x-event":"\#(value)","a":"b"}"#)
          .write(to: file, atomically: false, encoding: .utf8)
      }
    }
    let keys = "url: https://a.org/\nforward_headers: [X-Event, x-none]"
    let good = try request(keys, [1], change: write("stock")).request
    #expect(
      good.headers.filter { ["x-event", "x-none", "a"].contains($0.name) }.map(\.value) == ["stock"]
    )
    let bad = try request(keys, [1], change: write(#"a\r\nx-injected: 1"#)).request
    #expect(!bad.headers.contains { $0.name == "x-event" })
    let trace = try request("url: https://a.org/\nforward_headers: [Traceparent]", [1]).request
    #expect(trace.headers.count { $0.name.lowercased() == "traceparent" } == 1)
    let own = try request(keys + "\nheaders: {X-Event: mine}", [1], change: write("stock")).request
    #expect(own.headers.filter { $0.name.lowercased() == "x-event" }.map(\.value) == ["mine"])
    let secret = "url: https://a.org/\nsecret_headers: {Authorization: {secret: token}}"
    #expect(
      try request(secret, [1]).request.headers.contains {
        $0 == ("Authorization", "Bearer correct-horse")
      })
  }

  @Test func `a damaged body is given up, since no later attempt can be better`() throws {
    let failure = #expect(throws: UnmadeRequest.self) {
      try request("url: https://a.org/", Array(#"{"n":1}"#.utf8)) { file in
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacing(#"{"n":1}"#, with: #"{"n":2}"#)
          .write(to: file, atomically: false, encoding: .utf8)
      }
    }
    #expect(failure?.isForGood == true)
    #expect(failure?.reason == "the body is damaged: its SHA-256 is not bodySha256")
  }
}
