import Spooling
import Verification

/// The sender's own id of one delivery, as it is kept: by webhook, and as a hash, for its length and
/// its bytes are the sender's choice.
struct ReplayKey: Sendable, Hashable {
  let webhook: String
  /// 64 lower-case hexadecimal digits.
  let hash: String

  init(webhook: Identifier, delivery: String) {
    self.webhook = webhook.text
    hash = HashName.sha256.hexDigest(of: Array(delivery.utf8))
  }

  /// The spool in the state directory that keeps the keys of a webhook.
  static func spool(of webhook: String) -> String { "replay/\(webhook)" }

  /// The empty file that keeps it.
  func entry(_ delivery: UUIDv7) -> Commit.Entry {
    Commit.Entry(spool: Self.spool(of: webhook), id: delivery, label: hash, parts: [])
  }
}
