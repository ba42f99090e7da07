import Crypto
import Foundation
import Testing
import Verification

@testable import Webhooks

/// Bodies with `Content-Encoding`.
@Suite struct ContentCodingTests {
  static let files = [
    "webhooks/open.yaml": "incoming: stock\nlogging: {body: 1KiB}\npre_processors: []\n",
    "webhooks/github.yaml": """
    incoming: stock
    pre_processors:
      - {type: sender, sender: github, secrets: [{literal: a-long-enough-secret}]}
    """,
    "webhooks/getstream.yaml": """
    incoming: stock
    pre_processors:
      - {type: sender, sender: getstream, secrets: [{literal: a-long-enough-secret}]}
    """,
    "webhooks/telegram.yaml": """
    incoming: stock
    pre_processors:
      - {type: sender, sender: telegram, secrets: [{literal: a-long-enough-secret}]}
    """,
    "incoming/stock.yaml": "filter: .data.body.entity == \"stock\"\n",
  ]
  static let text = #"{"entity":"stock", "n": 123456789012345678901234567890}"#

  private func answer(
    _ site: ReceivingSite, _ coding: [String], _ body: [UInt8], to webhook: String = "open",
    _ headers: [(name: String, value: String)] = []
  ) throws -> Answer {
    var inbound = FakeInbound(
      "POST", "/webhook/\(webhook)",
      headers: [(name: "Content-Type", value: "application/json")]
        + coding.map { (name: "Content-Encoding", value: $0) } + headers)
    inbound.wire = body
    inbound.announcedLength = body.count
    return try site.answer(to: inbound)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let coding: [String]
    let body: [UInt8]
    var said: String?
  }

  static let taken = [
    Case(testDescription: "gzip", coding: ["gzip"], body: Compression.gzip(text), said: "gzip"),
    Case(testDescription: "x-gzip", coding: ["X-GZip"], body: Compression.gzip(text), said: "gzip"),
    Case(
      testDescription: "with identity", coding: ["identity", " \tgzip ,, "],
      body: Compression.gzip(text), said: "gzip"),
    Case(
      testDescription: "two members", coding: ["gzip"],
      body: Compression.gzip(String(text.prefix(20))) + Compression.gzip("")
        + Compression.gzip(String(text.dropFirst(20))), said: "gzip"),
    Case(
      testDescription: "deflate, zlib", coding: ["deflate"], body: Compression.zlib(text),
      said: "deflate"),
    Case(
      testDescription: "deflate, bare", coding: ["Deflate"], body: Compression.bare(text),
      said: "deflate"),
    Case(testDescription: "identity", coding: ["identity"], body: Array(text.utf8)),
    Case(testDescription: "a character set", coding: ["UTF-8"], body: Array(text.utf8)),
    Case(testDescription: "nothing said", coding: [""], body: Array(text.utf8)),
  ]

  @Test(arguments: taken)
  func `filters and tasks get the body as it was before its coding`(_ one: Case) throws {
    let site = try ReceivingSite(Self.files)
    #expect(try answer(site, one.coding, one.body).status == 200)
    let data = try #require(site.task("stock")["data"] as? [String: Any])
    #expect(data["contentEncoding"] as? String == one.said)
    #expect(data["bodyBytes"] as? Int == Self.text.utf8.count)
    #expect(data["bodyEncoding"] as? String == "json")
    let hash = SHA256.hash(data: Data(Self.text.utf8)).map { String(format: "%02x", $0) }.joined()
    #expect(data["bodySha256"] as? String == hash)
    let file = try String(contentsOf: site.tasks("stock")[0], encoding: .utf8)
    #expect(file.hasSuffix("\"body\":\(Self.text)}}\n"))
    // The log shows the body that the task has.
    #expect(site.lines.texts.first?.contains("1234567890") == true)
    #expect(site.lines.texts.first?.contains(hash) == true)
  }

  @Test(arguments: ["gzip", "br", "gzip, gzip"])
  func `an empty body has no coding`(coding: String) throws {
    var files = Self.files
    files["incoming/stock.yaml"] = ""
    let site = try ReceivingSite(files)
    #expect(try answer(site, [coding], []).status == 200)
    let data = try #require(site.task("stock")["data"] as? [String: Any])
    #expect(data["contentEncoding"] == nil && data["bodyBytes"] as? Int == 0)
  }

  @Test(arguments: [
    ["br"], ["zstd"], ["compress"], ["gzip, gzip"], ["gzip", "deflate"], ["\u{1}"],
  ])
  func `another coding, or several, is 415 and says what is taken`(coding: [String]) throws {
    let site = try ReceivingSite(Self.files)
    let reply = try answer(site, coding, Compression.gzip(Self.text))
    #expect(reply.status == 415)
    #expect(reply.headers.contains(.init("Accept-Encoding", "gzip, deflate")))
    #expect(site.tasks("stock").isEmpty && site.tasks("stock", in: "failed").isEmpty)
  }

  static let damaged: [Case] = {
    let gzip = Compression.gzip(text)
    let zlib = Compression.zlib(text)
    let bare = Compression.bare(text)
    func changed(_ bytes: [UInt8], at place: Int) -> [UInt8] {
      var bytes = bytes
      bytes[bytes.count + place] ^= 1
      return bytes
    }
    let cut: [(String, String, [UInt8])] = (1..<gzip.count).map {
      ("gzip", "cut after \($0)", Array(gzip.prefix($0)))
    }
    let others: [(String, String, [UInt8])] = [
      ("gzip", "a wrong checksum", changed(gzip, at: -8)),
      ("gzip", "a wrong length", changed(gzip, at: -1)),
      ("gzip", "bytes behind it", gzip + Array("{}".utf8)),
      ("gzip", "zeros behind it", gzip + [UInt8](repeating: 0, count: 512)),
      ("gzip", "half a member behind it", gzip + gzip.prefix(12)),
      ("gzip", "zlib", zlib), ("gzip", "nothing compressed", Array(text.utf8)),
      ("deflate", "gzip", gzip), ("deflate", "a wrong checksum", changed(zlib, at: -1)),
      ("deflate", "two streams", zlib + zlib), ("deflate", "bytes behind it", zlib + [0]),
      ("deflate", "cut", Array(zlib.dropLast())), ("deflate", "bare, cut", Array(bare.dropLast())),
      ("deflate", "bare, bytes behind it", bare + [0]), ("deflate", "one byte", [0x78]),
      ("deflate", "a dictionary", [0x78, 0xBB, 0, 0, 0, 1, 3, 0, 0, 0, 0, 1]),
    ]
    return (cut + others).map {
      Case(testDescription: "\($0.0): \($0.1)", coding: [$0.0], body: $0.2)
    }
  }()

  @Test func `a stream that isn't whole is 400, and nothing is stored`() throws {
    let site = try ReceivingSite(Self.files)
    for one in Self.damaged {
      #expect(try answer(site, one.coding, one.body).status == 400, "\(one)")
    }
    #expect(site.tasks("stock").isEmpty && site.tasks("stock", in: "failed").isEmpty)
    #expect(site.receiver.inflightBytes == 0)
  }

  @Test func `a bomb is 413, whatever it would have become`() throws {
    var files = Self.files
    // `max_body` is below the general bound of decoded bodies, so it is the bound that applies.
    files["levelwind.yaml"] = "max_body: 64KiB\n"
    let site = try ReceivingSite(files)
    let most = Compression.gzip([UInt8](repeating: 0x20, count: 64 << 10))
    #expect(try answer(site, ["gzip"], most).status == 200)
    let over = Compression.gzip([UInt8](repeating: 0x20, count: 64 << 10 + 1))
    #expect(try answer(site, ["gzip"], over).status == 413)
    #expect(site.lines.texts.last?.contains(#""check":"max_body""#) == true)
    let bomb = Compression.gzip([UInt8](repeating: 0, count: 32 << 20))
    #expect(bomb.count < 64 << 10)
    #expect(try answer(site, ["gzip"], bomb).status == 413)
    #expect(site.receiver.inflightBytes == 0)
  }

  @Test func `a body may become a hundred times as large as it came, or 1 MiB`() throws {
    var files = Self.files
    files["levelwind.yaml"] = "max_body: 100MiB\n"
    let site = try ReceivingSite(files)
    let zeros = Compression.gzip([UInt8](repeating: 0, count: 20 << 20))
    #expect(zeros.count < 200_000)
    #expect(try answer(site, ["gzip"], zeros).status == 413)
    let small = Compression.gzip([UInt8](repeating: 0, count: 1 << 20))
    #expect(small.count < 5_000)
    #expect(try answer(site, ["gzip"], small).status == 200)
  }

  @Test func `what a body becomes is held in max_inflight`() throws {
    let coding = ContentCoding.gzip
    let body = Compression.gzip([UInt8](repeating: 0, count: 1 << 20))
    var most = 0
    let decoded = try coding.decoded(body, limit: 2 << 20) { most = $0 }
    #expect(decoded.count == 1 << 20)
    #expect(most > 2 << 20)
    #expect(throws: Rejection.unavailable(check: "max_inflight", "full")) {
      try coding.decoded(body, limit: 2 << 20) { bytes throws(Rejection) in
        if bytes > 1 << 20 { throw .unavailable(check: "max_inflight", "full") }
      }
    }
  }

  private func signature(_ bytes: [UInt8]) -> String {
    let key = SymmetricKey(data: Data("a-long-enough-secret".utf8))
    return HMAC<SHA256>.authenticationCode(for: Data(bytes), using: key)
      .map { String(format: "%02x", $0) }.joined()
  }

  @Test func `checks see the bytes that were sent, and nothing is decoded for strangers`() throws {
    let site = try ReceivingSite(Self.files)
    let body = Compression.gzip(Self.text)
    func post(_ body: [UInt8], signed: [UInt8]) throws -> Int {
      try answer(
        site, ["gzip"], body, to: "github",
        [(name: "X-Hub-Signature-256", value: "sha256=" + signature(signed))]
      ).status
    }
    #expect(try post(body, signed: Array(Self.text.utf8)) == 401)
    #expect(try post(Array(body.dropLast()), signed: body) == 401)
    #expect(try post(Array(body.dropLast()), signed: Array(body.dropLast())) == 400)
    #expect(site.tasks("stock").isEmpty)
    #expect(try post(body, signed: body) == 200)
    #expect(site.tasks("stock").count == 1)
  }

  @Test func `a sender that signs decoded bodies is verified by them`() throws {
    let site = try ReceivingSite(Self.files)
    let body = Compression.gzip(Self.text)
    func post(_ coding: [String], _ body: [UInt8], signed: [UInt8]) throws -> Int {
      try answer(
        site, coding, body, to: "getstream", [(name: "X-Signature", value: signature(signed))]
      ).status
    }
    let plain = Array(Self.text.utf8)
    #expect(try post(["gzip"], body, signed: body) == 401)
    #expect(try post(["gzip"], Array(body.dropLast()), signed: plain) == 400)
    #expect(try post(["br"], body, signed: plain) == 415)
    #expect(site.tasks("stock").isEmpty)
    #expect(try post(["gzip"], body, signed: plain) == 200)
    #expect(try post([], plain, signed: plain) == 200)
    #expect(site.tasks("stock").count == 2)
  }

  @Test func `the sender's id is found in a body that was decoded after it was verified`() throws {
    let site = try ReceivingSite(Self.files)
    let body = Compression.gzip(#"{"update_id":7,"entity":"stock"}"#)
    let header = (name: "X-Telegram-Bot-Api-Secret-Token", value: "a-long-enough-secret")
    #expect(try answer(site, ["gzip"], body, to: "telegram", [header]).status == 200)
    #expect(try site.task("stock")["senderdelivery"] as? String == "7")
  }

  @Test func `explain says what was sent and what came of it`() throws {
    let site = try ReceivingSite(Self.files)
    let body = Compression.gzip(Self.text)
    let request = Request(
      method: "POST", path: Array("/webhook/open".utf8),
      headers: Headers([
        (name: "Content-Type", value: "application/json"),
        (name: "Content-Encoding", value: "gzip"),
      ]), body: body)
    let explanation = Explanation(
      request, for: try #require(Identifier("open")), at: Date(), in: site.snapshots.current)
    let count = Self.text.utf8.count
    #expect(explanation.text.contains("body: \(body.count) bytes of gzip, decoded \(count) bytes"))
    let json = try JSONSerialization.jsonObject(with: Data(explanation.json)) as? [String: Any]
    let decoded = json?["decoded"] as? [String: Any]
    #expect(decoded?["contentEncoding"] as? String == "gzip")
    #expect(decoded?["sentBytes"] as? Int == body.count)
    #expect(decoded?["bodyBytes"] as? Int == count)
  }
}
