import Foundation

/// One delivery that was accepted, as its file's name says it: `<delivery's id>.<hash of the sender's id>`.
struct ReplayRecord: Sendable, Equatable {
  let key: ReplayKey
  /// The delivery's id.
  let delivery: String
  /// When it arrived, to the millisecond.
  let time: Date

  var name: String { "\(delivery).\(key.hash)" }
}

extension ReplayRecord {
  /// nil for what is no such name.
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
