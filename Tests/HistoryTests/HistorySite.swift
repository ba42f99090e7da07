import Bytes
import Foundation
import Testing

@testable import Harness
@testable import History

/// A history in a folder of its own.
final class HistorySite {
  let state: Folder
  let folder: HistoryFolder

  init() throws {
    state = try Folder(named: "history")
    folder = HistoryFolder(state: state.path)
  }

  static func row(
    _ number: Int, _ body: String = "{}", outcome: String = "accepted", status: Int = 200,
    sender: String? = nil, trace: TraceID = ImporterSite.trace.trace
  ) -> KeptRow {
    KeptRow(
      key: DeliveryKey(high: UInt64(number) << 16 | 0x7000, low: 1 << 63), outcome: outcome,
      status: status, check: outcome == "refused" ? "header" : nil, senderID: sender,
      trace: trace, remote: "192.0.2.7", facts: Array(#"{"number":\#(number)}"#.utf8),
      head: Array("POST /webhook/erp HTTP/1.1\r\nx-number: n\(number)\r\n\r\n".utf8),
      body: Array(body.utf8))
  }

  /// Writes rows as the responder does, and waits until they are on the disk.
  @discardableResult func write(
    _ rows: [KeptRow], _ webhook: String = "erp", _ lane: Part.Lane = .verified,
    _ limits: HistoryLimits = HistoryLimits()
  ) -> HistoryWriter.Status {
    let writer = HistoryWriter(state: state.path, limits) { _ in }
    writer.start()
    for row in rows { writer.keep(in: webhook, lane, bytes: 100) { row } }
    writer.stop(within: .seconds(60))
    return writer.status
  }

  /// Returns the numbers that the facts of what was found hold, the newest first.
  func find(_ change: (inout HistoryFilter) -> Void = { _ in }) -> [Int] {
    var filter = HistoryFilter()
    change(&filter)
    let search = HistorySearch(folder, nil, filter)
    var found: [Int] = []
    while let one = search.next() {
      let digits = String(decoding: one.row.facts, as: UTF8.self).filter(\.isNumber)
      found.append(Int(digits) ?? -1)
    }
    #expect(search.problems == [])
    return found
  }

  /// Has the clock gone on without a leap for two days.
  func settleClock(at now: Date) {
    let seconds = Int(now.timeIntervalSince1970)
    _ = try? state.write("\(seconds - 2 * 86_400) \(seconds) 0\n", to: "history/.clock")
  }

  /// Packs all parts.
  func pack() throws {
    for webhook in folder.webhooks() {
      for part in folder.parts(of: webhook) where !part.isPacked { try Packing.pack(part) }
    }
  }
}
