import FoundationEssentials

/// What the pages ask of the configuration, which `levelwind configure` answers. The texts in it
/// are only text: the helper checks them.
package enum ConfigurationVerb: Sendable, Equatable, Codable {
  /// What a new webhook can be made with: the presets and, where it is known what its senders have
  /// to prove, the fields of that.
  case choices(NewWebhookAsked.Check?, sender: String)
  /// A file as it is, with secrets masked, to edit or to keep.
  case file(ConfiguredFile)
  /// The archive of a webhook that `levelwind webhook export` makes, without secrets.
  case export(ConfiguredFile)
  case enable(ConfiguredFile)
  case disable(ConfiguredFile)
  /// Takes a whole new text.
  case save(ConfiguredFile, text: String)
  /// The form of a part of a file.
  case fields(ConfiguredFile, PartAsked)
  /// Sets the values that differ from those of the file, or makes a new entry, and with it a
  /// secret.
  case saveFields(ConfiguredFile, PartAsked, [FieldAsked], makesSecret: Bool)
  /// Removes an entry.
  case removeEntry(ConfiguredFile, path: String)
  case duplicate(ConfiguredFile, name: String)
  /// Removes a file, and these files of `secrets`.
  case delete(ConfiguredFile, secrets: [String])
  case create(NewWebhookAsked)
  case createIncoming(name: String, description: String, filter: String)
  /// Adds a secret: this one, or with an empty text a new random one.
  case addSecret(ConfiguredFile, list: String, value: ConfidentialText)
  /// Ends a secret now, or takes it out of the file.
  case retireSecret(ConfiguredFile, name: String, isRemoved: Bool)

  /// The file that it is about; nil for one that is made.
  package var file: ConfiguredFile? {
    switch self {
    case .file(let file), .export(let file), .enable(let file), .disable(let file),
      .save(let file, _), .duplicate(let file, _), .delete(let file, _), .addSecret(let file, _, _),
      .retireSecret(let file, _, _), .fields(let file, _), .saveFields(let file, _, _, _),
      .removeEntry(let file, _):
      file
    case .create, .createIncoming, .choices: nil
    }
  }
}

/// A file of the configuration, as somebody has seen it.
package struct ConfiguredFile: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable {
    case webhook, incoming
  }

  package var kind: Kind
  package var identifier: String
  /// The version that was seen; empty to take whatever is there, where nothing is changed.
  package var version: String

  package init(_ kind: Kind, _ identifier: String, version: String = "") {
    self.kind = kind
    self.identifier = identifier
    self.version = version
  }
}

/// A webhook that is to be made. An empty text leaves a key out.
package struct NewWebhookAsked: Sendable, Equatable, Codable {
  /// What its senders have to prove.
  package enum Check: String, Sendable, Codable, CaseIterable {
    case sender, hmac, header, basic, query, none
  }

  /// Where its secret comes from.
  package enum Origin: String, Sendable, Codable, CaseIterable {
    /// It is made here.
    case made
    /// The sender has issued it.
    case given
    /// The sender issues it later.
    case later
  }

  package var name = ""
  /// By default it is made from the name.
  package var identifier = ""
  package var description = ""
  package var isDisabled = false
  package var incoming = ""
  /// Whether the incoming configuration is made with it, if there isn't one.
  package var makesIncoming = false
  package var additional: [String] = []
  package var isLogging = true
  package var keepsHistory = true
  package var check = Check.header
  /// The name of the sender's preset; empty for another check.
  package var sender = ""
  /// The keys of the check.
  package var fields: [FieldAsked] = []
  package var origin = Origin.made
  package var secret = ConfidentialText("")

  package init() {}
}

/// A text that is a secret. It can't be printed by accident.
package struct ConfidentialText: Sendable, Equatable, Codable, CustomStringConvertible,
  CustomDebugStringConvertible, CustomReflectable
{
  /// The secret itself, for the one place that needs it.
  package let revealed: String

  package init(_ text: String) { revealed = text }

  package init(from decoder: any Decoder) throws {
    revealed = try decoder.singleValueContainer().decode(String.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(revealed)
  }

  package var description: String { "(not shown)" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
