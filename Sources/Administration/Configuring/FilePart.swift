import AdministrationMessages
import Webhooks

/// A part of a file that has a form of its own: the keys of the whole, or one entry.
struct FilePart {
  let path: String
  let subject: OptionForm.Subject
  /// The list that the entry stands in, and its place; nil for another part.
  let element: (list: String, place: Int)?

  /// Finds what a path means; nil for a path that has no form.
  init?(_ path: String, of kind: ConfiguredFile.Kind) {
    self.path = path
    let name = String(path.prefix { $0 != "[" })
    switch (kind, OptionForm.Subject(rawValue: name)) {
    case (.webhook, _) where path.isEmpty: (subject, element) = (.webhook, nil)
    case (.incoming, _) where path.isEmpty: (subject, element) = (.incoming, nil)
    case (.webhook, let list?) where list == .preProcessor || list == .postProcessor:
      // At most 32 of a list are in use: far more are a mistake.
      guard let place = Int(path.dropFirst(name.count + 1).dropLast()), 0..<1_000 ~= place,
        path == "\(name)[\(place)]"
      else { return nil }
      (subject, element) = (list, (name, place))
    case (.incoming, let one?) where one == .parser || one == .relay:
      guard path == name else { return nil }
      (subject, element) = (one, nil)
    default: return nil
    }
  }

  /// The key path of one of its keys in the file.
  func place(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// Whether it is the whole file.
  var isWhole: Bool { path.isEmpty }

  /// Whether a text has it.
  func isThere(in text: ConfigurationText) -> Bool { isWhole || text.value(at: path) != nil }

  /// The form of it: of an entry that is there, by its own type.
  ///
  /// - Parameters:
  ///   - text: the file.
  ///   - type: the kind of an entry that isn't there yet.
  /// - Returns: nil if the kind isn't known.
  func form(in text: ConfigurationText, type: String) -> (type: String, form: OptionForm)? {
    if isWhole { return ("", OptionForm(isWebhook: subject == .webhook)) }
    var known = type
    if case .scalar(let there)? = text.value(at: place(of: "type")) { known = there }
    var sender: String?
    if case .scalar(let name)? = text.value(at: place(of: "sender")) { sender = name }
    return OptionForm(subject, type: known, sender: sender).map { (known, $0) }
  }

  /// The entries of a whole file that have forms of their own.
  static func entries(of kind: ConfiguredFile.Kind, in text: ConfigurationText) -> [EntryShown] {
    func shown(_ key: String, _ paths: [String], next: String?) -> EntryShown {
      var entry = EntryShown()
      entry.key = key
      entry.there = paths.map { path in
        var type = "unknown"
        if case .scalar(let there)? = text.value(at: "\(path).type") { type = there }
        return FactShown(type, path)
      }
      entry.next = next
      return entry
    }
    switch kind {
    case .webhook:
      return ["pre_processors", "post_processors"].map { key in
        let count = text.count(of: key)
        return shown(key, (0..<count).map { "\(key)[\($0)]" }, next: "\(key)[\(count)]")
      }
    case .incoming:
      return ["parser", "relay"].map { key in
        let isThere = text.value(at: key) != nil
        return shown(key, isThere ? [key] : [], next: isThere ? nil : key)
      }
    }
  }
}

extension FieldShown {
  /// The field of a key with the value that a file has; nil if the file doesn't have the key.
  init(_ field: OptionForm.Field, _ value: ConfigurationText.Value?, isGuarded: Bool) {
    self.init()
    key = field.key
    type = field.type
    documentation = field.documentation
    isRequired = field.isRequired
    fallback = field.fallback
    input = Input(field.input)
    self.isGuarded = isGuarded
    switch (value, input) {
    case (nil, _): return
    case (.list(let texts)?, .lines) where !texts.contains(where: { $0.contains("\n") }):
      self.value = texts.joined(separator: "\n")
    case (.scalar(let text)?, .text), (.scalar(let text)?, .number), (.scalar(let text)?, .words):
      self.value = text
    case (let value?, _):
      // The file has it in another form.
      self.value = value.flow
      input = .yaml
    }
  }

  /// Sets the key of a text to what was typed, or removes it if nothing was.
  func apply(
    _ typed: String, at path: String, to text: inout ConfigurationText
  ) throws(UneditableText) {
    guard !typed.isEmpty else {
      if text.value(at: path) != nil { try text.unset(path) }
      return
    }
    switch input {
    case .text, .number, .words: try text.set(path, toText: typed)
    case .lines:
      let lines = typed.split(separator: "\n").map(\.trimmed)
      try text.set(path, toTexts: lines.filter { !$0.isEmpty })
    case .yaml: try text.set(path, toYAML: typed)
    }
  }
}

extension FieldShown.Input {
  init(_ input: OptionForm.Input) {
    switch input {
    case .text(let pattern, let longest): self = .text(pattern: pattern, longest: longest)
    case .number(let range): self = .number(least: range.lowerBound, most: range.upperBound)
    case .words(let words): self = .words(words)
    case .lines: self = .lines
    case .yaml: self = .yaml
    }
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var text = drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
  }
}
