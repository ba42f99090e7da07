import FoundationEssentials

/// A file of the configuration, with secrets masked.
package struct FileShown: Sendable, Codable {
  package var file: ConfiguredFile
  /// The name that people use.
  package var name = ""
  package var isDisabled = false
  package var text = ""
  /// Whether secrets in the text are masked, so that it can't be saved.
  package var isMasked = false
  /// The key paths of what no page changes.
  package var guarded: [String] = []
  /// The files of `secrets` that nothing else uses.
  package var secretsAlone: [String] = []
  package var lists: [SecretListShown] = []
  /// The problems of the file as it is.
  package var problems: [ProblemShown] = []

  package init(_ file: ConfiguredFile) { self.file = file }
}

/// A list of secrets, to which another can be added.
package struct SecretListShown: Sendable, Codable {
  /// The key path.
  package var path = ""
  package var names: [String] = []
  /// The secret that the webhook waits for; empty if it has all of them.
  package var awaited = ""
  /// Whether the secret is usually made here, and not by the sender.
  package var takesOurs = false
  /// Where the sender shows or takes it, in words; empty if that isn't known.
  package var place = ""

  package init() {}
}

/// A problem of a file.
package struct ProblemShown: Sendable, Equatable, Codable {
  package var isError = true
  package var line: Int?
  /// The key path; empty for the whole file.
  package var key = ""
  package var words = ""

  package init() {}
}

/// A change that was made.
package struct ChangeDone: Sendable, Codable {
  package var file: ConfiguredFile
  package var name = ""
  /// The URL that senders call; empty if it isn't known.
  package var url = ""
  package var warnings: [ProblemShown] = []
  /// What to do at the sender, a line each, with the secret that it is about.
  package var instructions: [Instruction] = []
  /// Whether the responder was asked to load the change.
  package var isReloading = false

  package init(_ file: ConfiguredFile) { self.file = file }

  package struct Instruction: Sendable, Codable {
    package var words: String
    /// A secret that was made here, and is shown this once.
    package var secret: ConfidentialText?

    package init(_ words: String, _ secret: ConfidentialText?) {
      self.words = words
      self.secret = secret
    }
  }
}
