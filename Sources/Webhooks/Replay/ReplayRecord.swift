import FoundationEssentials
import Spooling
import Verification

/// An accepted delivery that is remembered. Its file is named `<delivery's id>.<hash of the
/// sender's id>`.
struct ReplayRecord: Sendable, Equatable {
  let key: ReplayKey
  /// The delivery's id.
  let delivery: String
  /// The time of arrival, to the millisecond.
  let time: Date

  var name: String { "\(delivery).\(key.hash)" }
}

extension ReplayRecord {
  /// Reads the name of a file; nil if it isn't the name of a record.
  init?(name: String, webhook: Identifier) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 36,
      let key = ReplayKey(webhook: webhook, hash: String(parts[1])),
      let milliseconds = UInt64(parts[0].filter { $0 != "-" }.prefix(12), radix: 16)
    else { return nil }
    self.init(
      key: key, delivery: String(parts[0]),
      time: Date(timeIntervalSince1970: Double(milliseconds) / 1000))
  }
}

extension ReplayKey {
  fileprivate init?(webhook: Identifier, hash: String) {
    guard hash.utf8.count == 64,
      hash.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    self.webhook = webhook.text
    self.hash = hash
  }
}

/// The sender's own id of one delivery, together with its webhook. It is stored as a hash, because
/// the sender chooses its length and bytes.
struct ReplayKey: Sendable, Hashable {
  let webhook: String
  /// The SHA-256 of the sender's id, 64 lower-case hexadecimal digits.
  let hash: String

  init(webhook: Identifier, delivery: String) {
    self.webhook = webhook.text
    hash = HashName.sha256.hexDigest(of: Array(delivery.utf8))
  }

  /// The spool in the state directory that holds the webhook's keys.
  var spool: SpoolID { .replay(webhook: webhook) }

  /// Returns the commit entry of the empty file that stores the key.
  func entry(_ delivery: UUIDv7) -> Commit.Entry {
    Commit.Entry(spool: spool, id: delivery, label: hash, parts: [])
  }
}

/// The bounds on the remembered deliveries of one webhook: their age and their number.
struct ReplayRule: Sendable, Equatable {
  var keep: Duration
  var max: Int
}
