import Foundation
import Spooling
import Testing
import Verification

@testable import Webhooks

/// A missing key, on its way from a rule to the key store.
@Suite struct WantedKeyTests {
  private static let certificates = "https://www.googleapis.com/oauth2/v3/certs"
  /// A token with a `kid`, without a valid signature.
  private static let token = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0.e30.AAAA"

  private func site(_ entry: String) throws -> ReceivingSite {
    try ReceivingSite([
      "incoming/stock.yaml": "",
      "webhooks/a.yaml": "incoming: stock\npre_processors:\n  - \(entry)\n",
    ])
  }

  private static let pubsub =
    "{type: sender, sender: google-pubsub, audiences: [a], claims: {email: [b]}}"

  @Test(arguments: [
    pubsub,
    "{type: any_of, of: [\(pubsub), {type: query_token, secrets: [{literal: a}]}]}",
  ])
  func `a token's unknown key is refused for a while, and noted`(entry: String) throws {
    let site = try site(entry)
    let inbound = FakeInbound(
      "POST", "/webhook/a", headers: [(name: "Authorization", value: "Bearer \(Self.token)")])
    #expect(try site.answer(to: inbound).status == 503)
    site.keys.finish()
    let folder = KeyFolder(state: site.snapshots.current.settings.state)
    #expect(folder.wanted() == [WantedKey(url: Self.certificates, webhook: "a")])
    // No delivery can choose this URL, so invented keys take no room from it.
    #expect(try Self.notes(folder, of: site).allSatisfy { !$0.hasPrefix("a.") })
  }

  /// Returns the names of the notes of wanted keys. The note of a URL that a delivery chose begins
  /// with the webhook's name.
  private static func notes(_ folder: KeyFolder, of site: ReceivingSite) throws -> [String] {
    let names = try FolderListing.names(
      in: site.snapshots.current.settings.state + "/keys/wanted")
    try #require(names.count == folder.wanted().count)
    return names
  }

  @Test func `a snapshot tells where its senders' keys are`() throws {
    let sources = try site(Self.pubsub).snapshots.current.keySources
    #expect(sources.map(\.sender) == ["google-pubsub"])
    #expect(sources.map(\.urls) == [[Self.certificates]])
    #expect(sources.allSatisfy { $0.allows(Self.certificates) })
    #expect(sources.allSatisfy { !$0.allows(Self.certificates + "/other") })
    let secret = "{type: sender, sender: azure-event-grid, secrets: [{literal: a}]}"
    #expect(try site(secret).snapshots.current.keySources.isEmpty)
  }

  @Test func `secrets that are not read make no webhook broken`() throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "",
      "webhooks/a.yaml": "incoming: stock\npre_processors:\n  - {type: header, name: X, "
        + "secrets: [{secret: none}, {file: /other}]}\n",
    ])
    func counts(_ readsSecrets: Bool) -> Snapshot.Counts? {
      Snapshot.load(
        directory: files.path, credentials: .none, now: Date(), readsSecrets: readsSecrets
      ).snapshot?.counts
    }
    #expect(counts(true)?.broken == 1)
    #expect(counts(false)?.active == 1)
  }
}
