import FoundationEssentials

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
