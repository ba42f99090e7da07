import Bytes
import Foundation
import Spooling

/// The traces that a handshake leaves. They have to be durable before it is answered.
struct Remains: Sendable, Equatable {
  /// A URL that `levelwind postprocess` has to open, on a host that the sender's preset allows; nil
  /// if there isn't one.
  var open: String?
  /// A secret that the sender brought; nil if it brought none. It is taken only while an
  /// administrator has the door open.
  var learned: Data?
  /// The name of the sender's preset.
  var sender: String?
  /// The name of the secret that verified the handshake; nil if it isn't verified.
  var secretName: String?
}

extension Remains: CustomStringConvertible, CustomReflectable {
  var description: String { "what a handshake leaves" }
  var customMirror: Mirror { Mirror(self, children: []) }
}

extension Remains {
  /// Returns the commit of the traces: a record of the learned secret, or a record of the URL to
  /// open.
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
