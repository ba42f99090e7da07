import Foundation
import Testing

@testable import Harness

/// `levelwind senders`.
@Suite(.showingLogs) struct SendersCommandTests {
  @Test func `senders are listed and shown`() throws {
    let list = try Tool.run(Site.levelwind, ["senders", "list", "--json"])
    let senders = try JSONSerialization.jsonObject(with: Data(list.output)) as? [[String: Any]]
    #expect(senders?.count ?? 0 > 90)
    for name in senders?.compactMap({ $0["name"] as? String }).prefix(3) ?? [] {
      let shown = try Tool.run(Site.levelwind, ["senders", "show", name])
      #expect(shown.status == 0)
      #expect(shown.text.contains("sender: \(name)\n"))
    }
    let mailgun = try Tool.run(Site.levelwind, ["senders", "show", "mailgun"])
    #expect(mailgun.text.contains("Only a token beside the event is signed"))
    let unknown = try Tool.run(Site.levelwind, ["senders", "show", "nobody"])
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("no sender is called"))
  }
}
