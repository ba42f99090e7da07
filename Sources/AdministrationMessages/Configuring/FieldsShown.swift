/// The part of a file that a form is about.
package struct PartAsked: Sendable, Equatable, Codable {
  /// The key path of an entry: `pre_processors[0]`, `parser`. Empty for the keys of the whole file.
  /// The place behind the last entry of a list is a new entry.
  package var path: String
  /// The kind of a new entry.
  package var type: String

  package init(_ path: String, type: String = "") {
    self.path = path
    self.type = type
  }
}

/// What was typed into a field.
package struct FieldAsked: Sendable, Equatable, Codable {
  package var key: String
  package var value: String

  package init(_ key: String, _ value: String) {
    self.key = key
    self.value = value
  }
}

/// The form of a part of a file. No secret is in it.
package struct FieldsShown: Sendable, Codable {
  package var file: ConfiguredFile
  /// The name that people use.
  package var name = ""
  package var part: PartAsked
  /// Whether the part is made by the form.
  package var isNew = false
  /// A description of the kind, in Markdown.
  package var documentation = ""
  package var fields: [FieldShown] = []
  /// The kinds to choose from, where the form of a new entry doesn't know it yet.
  package var kinds: [KindShown] = []
  /// The entries that have forms of their own.
  package var entries: [EntryShown] = []
  /// Whether a secret can be made together with the entry.
  package var takesSecret = false
  /// Whether commands alone change the part.
  package var isGuarded = false
  /// Why it wasn't saved, where no field is concerned.
  package var problems: [ProblemShown] = []

  package init(_ file: ConfiguredFile, _ part: PartAsked) {
    self.file = file
    self.part = part
  }
}

/// One key with its value.
package struct FieldShown: Sendable, Codable {
  package enum Input: Sendable, Equatable, Codable {
    case text(pattern: String?, longest: Int?)
    case number(least: Int, most: Int)
    case words([String])
    /// A list, one a line.
    case lines
    case yaml
  }

  /// The key path from the part: `limits.tasks`.
  package var key = ""
  /// The type of the value in a word or two.
  package var type = ""
  /// In Markdown.
  package var documentation = ""
  package var isRequired = false
  /// The default; nil without one.
  package var fallback: String?
  package var input = Input.yaml
  /// The value as it is asked for; empty where the file doesn't have the key.
  package var value = ""
  /// Whether commands alone change it.
  package var isGuarded = false
  /// What is wrong with it.
  package var problems: [String] = []

  package init() {}
}

/// A kind of entry.
package struct KindShown: Sendable, Codable {
  package var type: String
  /// In Markdown.
  package var documentation: String

  package init(_ type: String, _ documentation: String) {
    self.type = type
    self.documentation = documentation
  }
}

/// Entries of a file, one or more, that have forms of their own.
package struct EntryShown: Sendable, Codable {
  /// The key: `pre_processors`.
  package var key = ""
  /// The types of those that are there, with their key paths.
  package var there: [FactShown] = []
  /// The key path of the next; nil if there can't be one.
  package var next: String?

  package init() {}
}
