/// What a new webhook can be made with.
package struct ChoicesShown: Sendable, Codable {
  package var senders: [SenderChoice] = []
  /// The identifiers of the incoming configurations.
  package var incoming: [String] = []
  /// The keys of the check that was asked for.
  package var fields: [FieldShown] = []
  /// Why the webhook wasn't made. The key of each is one of the form's, or a key path of the file.
  package var problems: [ProblemShown] = []

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
