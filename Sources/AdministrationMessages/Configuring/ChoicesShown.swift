/// What a new webhook can be made with.
package struct ChoicesShown: Sendable, Codable {
  package var senders: [SenderChoice] = []
  /// The identifiers of the incoming configurations.
  package var incoming: [String] = []

  package init() {}
}

/// A sender's preset.
package struct SenderChoice: Sendable, Codable {
  package var name = ""
  package var title = ""
  /// Whether the administrator chooses the secret, and not the sender.
  package var takesOurs = false
  /// Where the sender shows or takes the secret, in words.
  package var secretPlace = ""

  package init() {}
}
