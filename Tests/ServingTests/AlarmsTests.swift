import Bytes
import Foundation
import Logging
import Testing
import Webhooks

@testable import Serving

/// The log's entries about webhooks that are silent or refused, without anybody asking.
@Suite struct AlarmsTests {
  /// Takes the entries that are logged.
  private final class Lines: LogOutput {
    private let taken = Mutex<[String]>([])
    var all: [String] { taken.withLock { $0 } }

    func take(_ entry: any LogEntry) {
      let record = entry.record
      let fields = record.fields.map { " \($0.name)=\($0.value)" }.joined()
      taken.withLock { $0.append(record.message + fields) }
    }
  }

  @Test func `each occurrence is logged once, and that it is over`() {
    let lines = Lines()
    let log = Logger(label: "test") { _ in OutputLog(lines) }
    var alarms = Alarms()
    func look(_ quiet: TimeInterval, refused: TimeInterval? = nil) -> Int {
      let status = Samples.status { status in
        status.configured["erp"] = Samples.webhook(expectEvery: 100)
        status.webhooks["erp"]?.expectedSince = Samples.now - quiet
        status.webhooks["erp"]?.unavailableSince = refused.map { Samples.now - $0 }
      }
      alarms.update(status, at: Samples.now, log: log)
      return lines.all.count
    }
    #expect(look(99) == 0)
    #expect(look(101) == 1)
    #expect(look(102) == 1)
    #expect(look(103, refused: 400) == 2)
    #expect(look(104, refused: 4000) == 2)
    #expect(look(1) == 4)
    #expect(look(101) == 5)
    let all = lines.all
    #expect(all[0].hasPrefix("webhook is silent"))
    #expect(all[0].contains("webhook=text(\"erp\")"))
    #expect(all[1].contains("refused with 503 for 6 min"))
    #expect(all[2].contains("this is over"))
  }
}
