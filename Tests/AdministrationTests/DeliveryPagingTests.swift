import AdministrationMessages
import Foundation
import History
import Spooling
import Testing

@testable import Administration
@testable import Harness

/// The pages of the history, downwards and upwards.
@Suite struct DeliveryPagingTests {
  @Test func `newer pages are the older ones from below`() throws {
    let folder = try Folder(named: "paging")
    defer { folder.remove() }
    let state = folder("state").path
    try folder.write("state: \(state)\n", to: "etc/levelwind.yaml")
    try folder.write("pre_processors: []\nincoming: stock\n", to: "etc/webhooks/erp.yaml")
    try folder.write("", to: "etc/incoming/stock.yaml")
    try FileManager.default.createDirectory(at: folder("state"), withIntermediateDirectories: true)
    let writer = HistoryWriter(state: state, HistoryLimits()) { _ in }
    writer.start()
    let trace = ImporterSite.trace
    for number in 0..<130 {
      let id = "019a209c-e3ac-780b-8000-\(String(100_000_000_000 + number))"
      let key = try #require(UUIDv7(id))
      writer.keep(in: "erp", .verified, bytes: 1) {
        KeptRow(
          key: DeliveryKey(high: key.high, low: key.low), outcome: "accepted", status: 200,
          check: nil, senderID: nil, trace: trace.trace, remote: "192.0.2.7",
          facts: Array(
            """
            {"id":"\(id)","webhook":"erp","time":"2026-11-24T09:00:00.\(100 + number)Z",\
            "verdict":"accepted","status":200,"remote":"192.0.2.7","method":"POST","path":"/",\
            "body_bytes":2,"steps":[],"routes":[],"tasks":[],"duration_us":1,"generation":1,\
            "trace_id":"\(trace.trace)","span_id":"\(trace.span)"}
            """.utf8),
          head: Array("POST / HTTP/1.1\r\n\r\n".utf8), body: Array("{}".utf8))
      }
    }
    writer.stop(within: .seconds(60))
    let administering = Administering(directory: folder("etc").path)
    func page(_ edit: (inout DeliveryFilter) -> Void) throws -> DeliveriesShown {
      var filter = DeliveryFilter()
      edit(&filter)
      let question = AdministrationQuestion(
        user: "vera", groups: [], request: "", .deliveries(filter))
      let answer = administering.answer(question, at: Date())
      guard case .deliveries(let shown) = answer.content else {
        throw NotYet(description: "\(answer.content)")
      }
      return shown
    }
    let first = try page { _ in }
    #expect(first.lines.count == 50 && first.newer == nil)
    let second = try page { $0.before = first.next }
    let third = try page { $0.before = second.next }
    #expect(third.lines.count == 30 && third.next == nil && third.newer != nil)
    let up = try page { $0.after = third.newer }
    #expect(up.lines.map(\.id) == second.lines.map(\.id))
    #expect(up.next == second.next)
    let top = try page { $0.after = up.newer }
    #expect(top.lines.map(\.id) == first.lines.map(\.id))
    #expect(top.newer == nil && top.next == first.next)
  }
}
