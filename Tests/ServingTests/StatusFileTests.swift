import Foundation
import Spooling
import Testing

@testable import Harness
@testable import Serving
@testable import Webhooks

/// The status file is read back as it was written.
@Suite struct StatusFileTests {
  /// The activity of a webhook with all that can be known.
  private static var seen: WebhookActivity {
    var seen = WebhookActivity()
    seen.secrets = ["a \"b\"\n/": .init(count: 3, last: Samples.now - 1)]
    seen.counts = ["accepted": 7, "refused": 0]
    seen.since = Samples.now - 90_000
    seen.lastDelivery = Samples.now - 2
    seen.lastRefusal = .init(
      time: Samples.now - 3, check: "header", delivery: "01a2", isTemporary: true,
      clockDifference: 720)
    seen.refusedSince = Samples.now - 4
    seen.unavailableSince = Samples.now - 5
    seen.expectedSince = Samples.now - 6
    seen.unwanted = .init(count: 2, since: Samples.now - 7)
    seen.clock = .init(count: 4, seconds: 720, timestamp: 1_800_000_720)
    seen.filters = "0123456789abcdef"
    return seen
  }

  private static var status: StatusFile {
    Samples.status { status in
      var webhook = Samples.webhook(
        state: "waiting", expectEvery: 0.5,
        secrets: [("erp", nil), ("old", Samples.now + 86_400)])
      webhook.name = "Größe \\ \u{1}"
      webhook.url = "https://hooks.example.org/webhook/erp"
      status.configured = [
        "erp": webhook, "plain": Samples.webhook(),
        "bare": LoadedWebhook(
          state: "broken", name: "bare", url: nil, incoming: [], postProcessors: [],
          expectEvery: nil, secrets: []),
      ]
      status.webhooks = ["erp": seen, "plain": WebhookActivity()]
      status.distrust = [#""configured":{},"webhooks":{}"#]
    }
  }

  @Test func `all that is known of a webhook comes back`() throws {
    let folder = try Folder(named: "status")
    try folder.write("", to: "status/.keep")
    try Self.status.write(state: folder.path)
    #expect(StatusFile.read(state: folder.path) == Self.status)
    #expect(StatusFile.kept(state: folder.path).webhooks == Self.status.webhooks)
  }

  /// What is written by hand has the members that a coder writes.
  @Test func `no member is left out`() throws {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.keyEncodingStrategy = .convertToSnakeCase
    func members(_ json: [UInt8]) throws -> NSDictionary {
      let all = try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any]
      let webhooks = all?["webhooks"] as? [String: Any]
      return [
        "configured": all?["configured"] ?? "", "erp": webhooks?["erp"] ?? "",
        "keys": (all?.keys.sorted()) ?? [],
      ]
    }
    #expect(
      try members(Self.status.bytes()) == members(Array(try encoder.encode(Self.status))))
  }

  @Test(arguments: [-7200, -1 << 60, .min, .max])
  func `whatever timestamp a sender claims leaves a file that can be read`(_ seconds: Int) throws {
    var status = Self.status
    var seen = Self.seen
    seen.clock = nil
    seen.note(
      .init(
        time: Samples.now, check: "signature", delivery: "01a2", isTemporary: false,
        clockDifference: seconds))
    status.webhooks["erp"] = seen
    let folder = try Folder(named: "status")
    try folder.write("", to: "status/.keep")
    try status.write(state: folder.path)
    let read = try #require(StatusFile.read(state: folder.path))
    #expect(read == status)
    if seconds == -7200 { #expect(read.webhooks["erp"]?.clock?.seconds == seconds) }
  }
}
