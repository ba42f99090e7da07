import Foundation
import Testing
import Webhooks

@testable import Serving

/// A record as journald gets it.
@Suite struct JournalFieldsTests {
  private func fields(_ record: LogRecord) -> [String] {
    let fields = JournalFields(of: record)
    return fields.ranges.map { String(decoding: fields.bytes[$0], as: UTF8.self) }
  }

  @Test func `each field is there to filter by, and the message says what a reader looks for`() {
    let record = LogRecord(
      time: Date(timeIntervalSince1970: 1_800_000_000), level: .warning,
      message: "delivery refused",
      fields: [
        ("webhook", .text("erp")), ("status", .number(401)), ("reason", .text("it \"lies\"")),
        ("tasks", .list(["1", "2"])), ("trace_id", .text("4bf9")), ("span_id", .text("00f0")),
        ("headers", .object([.init("x-event", "a\nb")])),
      ], isDelivery: true)
    #expect(
      fields(record) == [
        #"MESSAGE=delivery refused webhook=erp status=401 reason="it \"lies\"" tasks=1,2"#,
        "PRIORITY=4", "SYSLOG_IDENTIFIER=levelwind", "EVENT=delivery refused",
        "TIME=2027-01-15T08:00:00.000000Z", "MESSAGE_ID=\(JournalFields.deliveryMessage)",
        "WEBHOOK=erp", "STATUS=401", #"REASON=it "lies""#, "TASKS=1", "TASKS=2",
        "TRACE_ID=4bf9", "SPAN_ID=00f0",
        #"HEADERS={"x-event":"a\u000ab"}"#,
      ])
  }

  @Test func `no field has a line end or a control character in it`() {
    let hostile =
      "a\nMESSAGE=forged\r\u{1b}[2J\u{9b}1m\u{202e}\0" + String(repeating: "x", count: 9000)
    let record = LogRecord(
      time: Date(), level: .info, message: hostile,
      fields: [("a", .text(hostile)), ("b", .excerpt(hostile)), ("c", .list([hostile]))])
    for field in fields(record) {
      #expect(!field.utf8.contains { $0 < 0x20 || $0 == 0x7f })
      #expect(!field.unicodeScalars.contains { ["\u{9b}", "\u{202e}"].contains($0) })
    }
    #expect(fields(record).filter { $0.hasPrefix("MESSAGE=") }.count == 1)
  }

  @Test func `standard error is the journal only where systemd said so`() {
    var status = stat()
    fstat(STDERR_FILENO, &status)
    #expect(ServiceLog.isJournal("\(status.st_dev):\(status.st_ino)"))
    for other in [nil, "", "0:0", "\(status.st_dev)", "\(status.st_ino):\(status.st_dev)x"] {
      #expect(!ServiceLog.isJournal(other))
    }
  }
}
