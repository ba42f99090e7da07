import Foundation
import Spooling
import Testing
import Webhooks

/// Deliveries that were verified and could not be stored.
@Suite struct UnstoredTests {
  private static let files = [
    "webhooks/bot.yaml": """
    incoming: stock
    pre_processors:
      - {type: sender, sender: telegram, secrets: [{literal: a-long-enough-secret, name: autumn}]}
      - {type: header, name: X-S, secrets: [{literal: a}], observe: true}
    """,
    "incoming/stock.yaml": "",
  ]
  private static let body = #"{"update_id":7,"entity":"stock"}"#

  @Test func `the log says what was learned of one, and of its body as tasks have it`() throws {
    let site = try ReceivingSite(Self.files)
    try FileManager.default.removeItem(at: site.folder.appending(path: "spool/stock/new"))
    var inbound = FakeInbound(
      "POST", "/webhook/bot",
      headers: [
        (name: "X-Telegram-Bot-Api-Secret-Token", value: "a-long-enough-secret"),
        (name: "Content-Type", value: "application/json"),
        (name: "Content-Encoding", value: "gzip"),
      ])
    inbound.wire = Compression.gzip(Self.body)
    inbound.announcedLength = inbound.wire.count
    #expect(try site.answer(to: inbound).status == 503)
    try #require(site.lines.texts.count == 1)
    let json = try JSONSerialization.jsonObject(with: Data(site.lines.texts[0].utf8))
    let said = try #require(json as? [String: Any])
    #expect(said["check"] as? String == "spool")
    #expect(said["verified"] as? String == "sender:telegram")
    #expect(said["secret"] as? String == "autumn")
    #expect(said["senderdelivery"] as? String == "7")
    #expect((said["observed"] as? [String])?.count == 1)
    // The log has the hash that was computed for the tasks. The sent bytes are not hashed again.
    #expect(said["body_sha256"] as? String == EncodedBody.sha256(of: Array(Self.body.utf8)))
    #expect(said["body_bytes"] as? Int == Self.body.utf8.count)
  }
}
