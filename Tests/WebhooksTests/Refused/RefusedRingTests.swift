import Dispatch
import Foundation
import Testing
import Verification

@testable import Webhooks

/// Refused deliveries are kept whole, without secrets, and never more than configured.
@Suite struct RefusedRingTests {
  private static let files = [
    "incoming/stock.yaml": "",
    "webhooks/erp.yaml": """
    incoming: stock
    keep_refused: {count: 5, bytes: 8KiB}
    pre_processors:
      - {type: header, name: X-Secret, secrets: [{literal: right-value}]}
      - {type: query_token, secrets: [{literal: right-token}]}
    """,
    "webhooks/waiting.yaml": """
    incoming: stock
    keep_refused: {}
    pre_processors: [{type: header, name: X-Secret, secrets: [{file: later, pending: true}]}]
    """,
    "webhooks/plain.yaml": """
    incoming: stock
    pre_processors: [{type: header, name: X-Secret, secrets: [{literal: right-value}]}]
    """,
  ]

  private func inbound(_ body: String = "{}", webhook: String = "erp") -> FakeInbound {
    FakeInbound(
      "POST", "/webhook/\(webhook)",
      headers: [
        (name: "X-Secret", value: "wrong-value"), (name: "Authorization", value: "Bearer t0ken"),
        (name: "X-Event", value: "a\r\nX-Forged: 1"), (name: "Content-Length", value: "7"),
      ], body: body, query: "a=b c&token=right-token")
  }

  private func kept(_ site: ReceivingSite) throws -> [KeptRejection] {
    site.refused.finish()
    return try KeptRejections(state: site.folder.path + "/state").all()
  }

  private func bytes(_ site: ReceivingSite) throws -> Int {
    let folder = site.folder.appending(path: "state/refused/erp")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).reduce(0) {
      let path = folder.appending(path: $1).path
      return $0 + (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0)
    }
  }

  @Test func `it is whole, its verdict is beside it, and no secret is in either`() throws {
    let site = try ReceivingSite(Self.files)
    let answer = try site.answer(to: inbound("{\"a\":\"\u{1b}\"}"))
    #expect(answer.status == 401)
    let all = try kept(site)
    try #require(all.count == 1)
    let verdict = all[0].verdict
    #expect(String(decoding: answer.body, as: UTF8.self).contains(verdict.delivery))
    #expect(verdict.webhook == "erp" && verdict.remote == "192.0.2.7" && verdict.status == 401)
    #expect(verdict.check == "header" && verdict.reason.contains("equals no secret"))
    #expect(verdict.omittedHeaders == ["authorization", "x-secret"])
    #expect(verdict.maskedParameters == ["token"])
    #expect(abs(verdict.moment.timeIntervalSinceNow) < 600)
    let message = try all[0].message()
    #expect(
      String(decoding: message, as: UTF8.self).replacing("\r\n", with: "\n") == """
        POST /webhook/erp?a=b%20c&token=*** HTTP/1.1
        x-event: a  X-Forged: 1
        content-length: 9

        {"a":"\u{1b}"}
        """)
    let folder = site.folder.appending(path: "state/refused/erp")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let path = folder.appending(path: name).path
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      for secret in ["wrong-value", "right-", "t0ken"] { #expect(!text.contains(secret)) }
    }
  }

  @Test func `only what is asked for is kept, and nothing that its sender brings again`() throws {
    let site = try ReceivingSite(Self.files)
    #expect(try site.answer(to: inbound(webhook: "plain")).status == 401)
    var cut = inbound("half")
    cut.announcedLength = 9
    #expect(try site.answer(to: cut).status == 400)
    #expect(try site.answer(to: inbound(webhook: "waiting")).status == 503)
    #expect(try kept(site).isEmpty)
    #expect(site.refused.unkept == 0)
    #expect(try site.answer(to: FakeInbound("PUT", "/webhook/erp")).status == 405)
    #expect(try kept(site).map(\.verdict.check) == ["method"])
  }

  @Test func `the bounds hold, also under many threads and over restarts`() throws {
    let site = try ReceivingSite(Self.files)
    for _ in 1...3 {
      let keeper = RefusedKeeper(state: site.folder.path + "/state")
      let receiver = site.receiver(keeping: keeper)
      DispatchQueue.concurrentPerform(iterations: 4) { thread in
        for number in 0..<25 {
          let body = String(repeating: "x", count: (thread * 25 + number) * 20)
          var inbound = inbound(body)
          receiver.receive(&inbound)
        }
      }
      keeper.finish()
      let all = try kept(site)
      #expect((1...5).contains(all.count))
      #expect(try bytes(site) <= 8192)
      // The youngest stay, and each of them is whole.
      for one in all {
        let message = try one.message()
        #expect(message.count > one.verdict.bodyBytes)
        #expect(message.suffix(one.verdict.bodyBytes).allSatisfy { $0 == UInt8(ascii: "x") })
      }
    }
  }

  @Test func `one that is larger than all may be is not kept, and pushes nothing out`() throws {
    let site = try ReceivingSite(Self.files)
    #expect(try site.answer(to: inbound("first")).status == 401)
    #expect(try site.answer(to: inbound(String(repeating: "x", count: 9000))).status == 401)
    #expect(try site.answer(to: inbound(String(repeating: "x", count: 8100))).status == 401)
    #expect(try kept(site).map(\.verdict.bodyBytes) == [5])
    #expect(site.refused.unkept == 2)
  }

  @Test func `what comes while too much waits to be written is counted, and holds up nobody`()
    throws
  {
    let site = try ReceivingSite(Self.files)
    // This queue stands for a disk that hangs.
    let queue = DispatchQueue(label: "hanging")
    queue.suspend()
    let keeper = RefusedKeeper(state: site.folder.path + "/state", queue: queue)
    let receiver = site.receiver(keeping: keeper)
    for _ in 1...RefusedKeeper.mostWaiting + 3 {
      var inbound = inbound()
      receiver.receive(&inbound)
      #expect(inbound.answered.first?.status == 401)
    }
    #expect(keeper.unkept == 3)
    queue.resume()
    keeper.finish()
    #expect(try kept(site).count == 5)
    #expect(keeper.unkept == 3)
  }

  @Test func `what can't be written is counted, and refuses nobody else`() throws {
    let site = try ReceivingSite(Self.files)
    try Data().write(to: site.folder.appending(path: "state/refused"))
    #expect(try site.answer(to: inbound()).status == 401)
    site.refused.finish()
    #expect(site.refused.unkept == 1)
  }

  @Test func `what half a write left counts, and goes first`() throws {
    let site = try ReceivingSite(Self.files)
    let folder = site.folder.appending(path: "state/refused/erp")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let half = folder.appending(path: "01900000-0000-7000-8000-000000000000.http")
    try Data(repeating: 0x78, count: 8000).write(to: half)
    #expect(try site.answer(to: inbound()).status == 401)
    #expect(try kept(site).count == 1)
    #expect(!FileManager.default.fileExists(atPath: half.path))
  }

  @Test func `an id is enough as far as it is the only one`() throws {
    let site = try ReceivingSite(Self.files)
    for _ in 1...2 { #expect(try site.answer(to: inbound()).status == 401) }
    let all = try kept(site)
    #expect(try all.only(all[0].verdict.delivery).verdict.delivery == all[0].verdict.delivery)
    #expect(throws: KeptRejections.NotFound.self) { try all.only("") }
    #expect(throws: KeptRejections.NotFound.self) { try all.only("0") }
    #expect(throws: KeptRejections.NotFound.self) { try all.only("ffff") }
  }
}
