import FoundationEssentials

/// The text of a webhook's or an incoming configuration's file, in which single values can be
/// changed. All other bytes stay as they are.
public struct ConfigurationText: Sendable {
  /// The whole text with the changes, in UTF-8.
  public private(set) var bytes: [UInt8]

  /// Takes the text of a file, which is parsed at each change.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Sets `disabled`.
  ///
  /// - Throws: if the file isn't YAML or has a form that can't be changed safely.
  public mutating func setDisabled(_ isDisabled: Bool) throws(UneditableText) {
    try edit { (editor) throws(UneditableText) in
      try editor.set(
        "disabled", of: [], to: .plain(isDisabled ? "true" : "false"),
        behind: ["description", "name"])
    }
  }

  /// Sets the value of a key. Adds the key if it is missing, and the mappings that lead to it.
  ///
  /// - Parameters:
  ///   - path: the key path: `response.disabled`, `pre_processors[0].tolerance`.
  ///   - value: the value in YAML, on one line. If it isn't valid YAML, it is taken as text.
  /// - Throws: if the path leads nowhere, or the file has a form that can't be changed safely.
  public mutating func set(_ path: String, to value: String) throws(UneditableText) {
    let steps = try Self.steps(path)
    try edit { (editor) throws(UneditableText) in try editor.set(steps, to: YAMLValue(value)) }
  }

  /// Removes a key with its value.
  public mutating func unset(_ path: String) throws(UneditableText) {
    let steps = try Self.steps(path)
    try edit { (editor) throws(UneditableText) in try editor.unset(steps) }
  }

  /// Replaces the identifier in the comments that commands wrote.
  public mutating func renameInComments(_ old: Identifier, to new: Identifier) {
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map { line -> Substring in
        guard line.drop(while: { $0 == " " }).hasPrefix("#") else { return line }
        return ["/webhook/", "webhook disable ", "webhook secret add "].reduce(line) { line, lead in
          guard let place = line.firstRange(of: lead + old.text) else { return line }
          let next = line[place.upperBound...].first
          let isWhole = next.map { !($0.isLetter || $0.isNumber || $0 == "-") } ?? true
          return isWhole ? line.replacing(lead + old.text, with: lead + new.text)[...] : line
        }
      }
    bytes = Array(lines.joined(separator: "\n").utf8)
  }

  /// Sets `name`, the name that people use.
  public mutating func setName(_ name: String) throws(UneditableText) {
    try edit { (editor) throws(UneditableText) in
      try editor.set("name", of: [], to: YAMLScalar(name))
    }
  }

  /// Sets `created`, in UTC and whole seconds.
  public mutating func setCreated(_ moment: Date) throws(UneditableText) {
    try edit { (editor) throws(UneditableText) in
      try editor.set(
        "created", of: [], to: .plain(moment.ISO8601Format()), behind: ["description", "name"])
    }
  }

  /// Adds `logging: true`, unless the file has the key `logging`.
  public mutating func addLogging() throws(UneditableText) {
    try edit { (editor) throws(UneditableText) in
      guard editor.root.at([.key("logging")]) == nil else { return }
      try editor.set(
        "logging", of: [], to: .plain("true"),
        behind: ["additional_incoming", "incoming", "description", "name"])
    }
  }

  /// Adds a secret from a file in the folder `secrets`, behind the other secrets.
  ///
  /// - Parameters:
  ///   - file: the name of the file in the folder `secrets`.
  ///   - path: the key path of the list, as in `NamedSecret.path`.
  ///   - isPending: whether the file may come later.
  /// - Throws: if there isn't such a list, or its form can't be changed safely.
  public mutating func addSecret(
    file: String, to path: String, isPending: Bool = false
  ) throws(UneditableText) {
    let steps = try Self.steps(path)
    let pending = isPending ? ", pending: true" : ""
    try edit { (editor) throws(UneditableText) in
      try editor.append(
        YAMLValue("{secret: \(YAMLScalar(file).written)\(pending)}"), to: steps)
    }
  }

  /// Sets the moment after which a secret no longer matches, in UTC and whole seconds.
  ///
  /// - Parameters:
  ///   - place: the secret's place in its list, from 0.
  ///   - path: the key path of the list.
  ///   - moment: the moment; a fraction of a second is dropped.
  /// - Throws: if there isn't such a secret, or its form can't be changed safely.
  public mutating func retireSecret(
    _ place: Int, of path: String, at moment: Date
  ) throws(UneditableText) {
    let steps = try Self.steps(path)
    try edit { (editor) throws(UneditableText) in
      try editor.set(
        "not_after", of: steps + [.index(place)], to: .plain(moment.ISO8601Format()))
    }
  }

  /// Removes a secret from its list.
  public mutating func removeSecret(_ place: Int, of path: String) throws(UneditableText) {
    let steps = try Self.steps(path)
    try edit { (editor) throws(UneditableText) in try editor.remove(place, from: steps) }
  }

  static func steps(_ path: String) throws(UneditableText) -> [YAMLStep] {
    guard let steps = [YAMLStep](path: path), !steps.isEmpty else {
      throw UneditableText(key: path, reason: "this isn't the path of a key")
    }
    return steps
  }

  mutating func edit(
    _ change: (inout YAMLEditor) throws(UneditableText) -> Void
  ) throws(UneditableText) {
    var editor: YAMLEditor
    do throws(SyntaxError) {
      editor = try YAMLEditor(bytes)
    } catch {
      throw UneditableText(
        key: "", reason: error.line.map { "line \($0): \(error.message)" } ?? error.message)
    }
    try change(&editor)
    bytes = editor.bytes
  }
}
