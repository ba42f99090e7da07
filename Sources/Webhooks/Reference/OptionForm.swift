import Bytes
import Verification

/// The keys of a file, or of one entry in it, as a form asks for them. It is made of the options
/// that read the file, as the reference and the JSON Schemas are.
public struct OptionForm: Sendable {
  /// What a form is about: a whole file, or an entry of a kind. The raw value of an entry is its
  /// key in the file.
  public enum Subject: String, Sendable, CaseIterable {
    case webhook, incoming
    case preProcessor = "pre_processors"
    case postProcessor = "post_processors"
    case parser, relay
  }

  /// A kind of entry.
  public struct Kind: Sendable {
    /// The value of the key `type`.
    public let type: String
    /// A description for an administrator, in Markdown.
    public let documentation: String
    let options: [any DocumentedOption]
  }

  /// One key.
  public struct Field: Sendable {
    /// The key, with the keys of the mappings around it: `limits.tasks`.
    public let key: String
    /// The type of the value in a word or two.
    public let type: String
    /// One or two sentences for an administrator, in Markdown.
    public let documentation: String
    /// Whether a file without the key is refused.
    public let isRequired: Bool
    /// The default as text for a file; nil if there isn't one.
    public let fallback: String?
    /// How the value is asked for.
    public let input: Input
  }

  /// How a value is asked for.
  public enum Input: Sendable, Equatable {
    /// A text that the regular expression (ECMA-262) matches, of at most so many characters.
    case text(pattern: String?, longest: Int?)
    /// A whole number.
    case number(ClosedRange<Int>)
    /// One of these words.
    case words([String])
    /// A list of texts, one a line.
    case lines
    /// Another value, as YAML.
    case yaml
  }

  /// A description of the kind in Markdown; empty for a whole file.
  public let documentation: String
  /// The keys, in the order of the reference.
  public let fields: [Field]

  /// Returns the kinds of an entry; none for a whole file.
  public static func kinds(of subject: Subject) -> [Kind] {
    switch subject {
    case .webhook, .incoming: []
    case .preProcessor:
      PreProcessors.kinds.map {
        Kind(
          type: $0.type, documentation: $0.documentation, options: PreProcessors.options(of: $0))
      }
    case .postProcessor:
      PostProcessors.kinds.map {
        Kind(
          type: $0.type, documentation: $0.documentation, options: PostProcessors.options(of: $0))
      }
    case .parser:
      Parsers.kinds.map {
        Kind(type: $0.type, documentation: $0.documentation, options: Parsers.options(of: $0))
      }
    case .relay:
      Relays.kinds.map {
        Kind(type: $0.type, documentation: $0.documentation, options: Relays.options(of: $0))
      }
    }
  }

  /// Makes the form of a whole file, without the keys whose entries have forms of their own.
  ///
  /// - Parameter isWebhook: whether it is a webhook's file, and not an incoming configuration's.
  public init(isWebhook: Bool) {
    let entries = Set(Subject.allCases.map(\.rawValue)).subtracting(["incoming"])
    let options = isWebhook ? WebhookFile.options : IncomingFile.options
    documentation = ""
    fields = Self.fields(options.filter { !entries.contains($0.key) })
  }

  /// Makes the form of an entry; nil if there isn't such a kind.
  ///
  /// - Parameters:
  ///   - subject: what is asked for.
  ///   - type: the kind.
  ///   - sender: the preset of `type: sender`, which takes some of its keys alone. Of an unknown
  ///     one, all keys are asked for.
  public init?(_ subject: Subject, type: String, sender: String? = nil) {
    guard let kind = Self.kinds(of: subject).first(where: { $0.type == type }) else { return nil }
    documentation = kind.documentation
    guard type == SenderCheck.type, let preset = sender.flatMap({ Sender.named($0) }) else {
      fields = Self.fields(kind.options)
      return
    }
    let others = SenderKey.all.filter { !preset.needs.union(preset.takes).contains($0.input) }
    let unused = Set(others.map(\.option.key))
    let needed = Set(preset.needs.map(\.key)).subtracting([SenderInput.keyStore.key])
    fields = Self.fields(
      kind.options.filter { !unused.contains($0.key) }, isRequired: { needed.contains($0.key) })
  }

  private static func fields(
    _ options: [any DocumentedOption], within path: String = "",
    isRequired: (any DocumentedOption) -> Bool = { _ in false }
  ) -> [Field] {
    options.flatMap { option -> [Field] in
      let key = path + option.key
      if option.type == "mapping", !option.nested.isEmpty {
        return fields(option.nested, within: key + ".")
      }
      return [
        Field(
          key: key, type: option.type, documentation: option.documentation,
          // In a mapping that may be missing, nothing is required.
          isRequired: path.isEmpty && option.isRequired || isRequired(option),
          fallback: option.fallbackText, input: Input(option.schema))
      ]
    }
  }
}

extension OptionForm.Input {
  /// The field for what a schema accepts.
  init(_ schema: JSONSchema) {
    let members = Dictionary(schema.members) { first, _ in first }
    if case .list(let words)? = members["enum"] {
      self = .words(words.compactMap(\.text))
      return
    }
    if case .list(let schemas)? = members["anyOf"] {
      self = Self.one(of: schemas.compactMap(\.schema))
      return
    }
    switch members["type"] {
    case .text("boolean")?: self = .words(["true", "false"])
    case .text("integer")?:
      guard case .number(let least)? = members["minimum"],
        case .number(let most)? = members["maximum"]
      else {
        self = .yaml
        return
      }
      self = .number(least...most)
    case .text("array")?:
      switch members["items"]?.schema.map(Self.init) {
      case .text?, .words?, .number?: self = .lines
      default: self = .yaml
      }
    case .text("string")?, .list?:
      var longest: Int?
      if case .number(let number)? = members["maxLength"] { longest = number }
      self = .text(pattern: members["pattern"]?.text, longest: longest)
    default: self = .yaml
    }
  }

  /// The field for one of several forms: a number or a text with a pattern that numbers match, such
  /// as a size; or a boolean in place of a mapping.
  private static func one(of schemas: [JSONSchema]) -> Self {
    let inputs = schemas.map(Self.init)
    if inputs.first == .words(["true", "false"]) { return inputs[0] }
    let texts = inputs.filter { if case .text = $0 { true } else { false } }
    let areScalars = inputs.allSatisfy { input in
      switch input {
      case .text, .number: true
      default: false
      }
    }
    return areScalars ? texts.first ?? .text(pattern: "^[0-9]+$", longest: nil) : .yaml
  }
}

extension JSONFragment {
  fileprivate var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  fileprivate var schema: JSONSchema? {
    if case .object(let members) = self { JSONSchema(members: members) } else { nil }
  }
}
