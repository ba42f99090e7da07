import Foundation
import JSONBytes
import Spooling

/// What a handshake leaves behind, which has to be durable before it is answered.
struct Remains: Sendable, Equatable {
  /// A URL that `levelwind postprocess` has to open, on a host that the sender's preset allows.
  var open: String?
  /// A secret that the sender brought along; taken only while an administrator has the door open.
  var learned: Data?
  /// The sender whose preset it is.
  var sender: String?
  /// The name of the secret that verified the handshake, where it came verified.
  var secretName: String?
}

extension Remains: CustomStringConvertible, CustomReflectable {
  var description: String { "what a handshake leaves" }
  var customMirror: Mirror { Mirror(self, children: []) }
}

extension Remains {
  /// What has to be durable: a record that says what is to be opened, and for whom.
  func commit(of webhook: Webhook, _ arrival: Arrival) -> Commit {
    if let learned {
      let secret = LearnedSecret(
        webhook: webhook.identifier.text, sender: sender ?? "", time: arrival.time, value: learned)
      return Commit(secret.entry(arrival.id).map { [$0] } ?? [])
    }
    guard let open else { return Commit() }
    let members = [
      ("type", "levelwind.open"), ("webhook", webhook.identifier.text), ("sender", sender ?? ""),
      ("delivery", "\(arrival.id)"), ("time", arrival.time.rfc3339), ("url", open),
    ]
    var record = Array("{".utf8)
    for (index, member) in members.enumerated() {
      if index > 0 { record.append(UInt8(ascii: ",")) }
      JSONText.appendQuoted(member.0, to: &record)
      record.append(UInt8(ascii: ":"))
      JSONText.appendQuoted(member.1, to: &record)
    }
    return Commit([
      Commit.Entry(
        spool: PostProcessor.spool(of: webhook.identifier, PostProcessor.opening), id: arrival.id,
        parts: [record + Array("}\n".utf8)])
    ])
  }
}
