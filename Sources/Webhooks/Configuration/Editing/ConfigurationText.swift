import Foundation

/// The text of a webhook's or an incoming configuration's file, in which single values are changed; the rest
/// stays byte for byte.
public struct ConfigurationText: Sendable {
  public private(set) var bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// - Throws: where the file isn't YAML, or of a form that can't be changed safely.
  public mutating func setDisabled(_ isDisabled: Bool) throws(UneditableText) {
    try edit { (editor) throws(UneditableText) in
      try editor.set(
        "disabled", of: [], to: .plain(isDisabled ? "true" : "false"),
        behind: ["description", "name"])
    }
  }

  /// Gives a key a value, whether it is there or not; mappings on the way to it are made.
  ///
  /// - Parameters:
  ///   - path: `response.disabled`, `pre_processors[0].tolerance`.
  ///   - value: as it stands in YAML, on one line; what is no YAML is text.
  public mutating func set(_ path: String, to value: String) throws(UneditableText) {
    let steps = try Self.steps(path)
    try edit { (editor) throws(UneditableText) in try editor.set(steps, to: YAMLValue(value)) }
  }

  /// Takes a key out, with its value.
  public mutating func unset(_ path: String) throws(UneditableText) {
    let steps = try Self.steps(path)
    try edit { (editor) throws(UneditableText) in try editor.unset(steps) }
  }

  /// Has the comments that commands write name another identifier.
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

  public mutating func setName(_ name: String) throws(UneditableText) {
    try edit { (editor) throws(UneditableText) in
      try editor.set("name", of: [], to: YAMLScalar(name))
    }
  }

  /// Adds a secret that is a file of the folder `secrets`, behind the others.
  ///
  /// - Parameter path: the list, as `NamedSecret` has it.
  public mutating func addSecret(
    file: String, to path: String, isPending: Bool = false
  ) throws(UneditableText) {
    let steps = try Self.steps(path)
    try edit { (editor) throws(UneditableText) in
      var entry: [(key: String, value: YAMLScalar)] = [("secret", YAMLScalar(file))]
      if isPending { entry.append(("pending", .plain("true"))) }
      try editor.append(entry, to: steps)
    }
  }

  /// Sets the moment after which a secret no longer matches, in UTC and whole seconds.
  public mutating func retireSecret(
    _ place: Int, of path: String, at moment: Date
  ) throws(UneditableText) {
    let steps = try Self.steps(path)
    try edit { (editor) throws(UneditableText) in
      try editor.set(
        "not_after", of: steps + [.index(place)], to: .plain(moment.ISO8601Format()))
    }
  }

  /// Takes a secret out of its list.
  public mutating func removeSecret(_ place: Int, of path: String) throws(UneditableText) {
    let steps = try Self.steps(path)
    try edit { (editor) throws(UneditableText) in try editor.remove(place, from: steps) }
  }

  private static func steps(_ path: String) throws(UneditableText) -> [YAMLStep] {
    guard let steps = [YAMLStep](path: path), !steps.isEmpty else {
      throw UneditableText(key: path, reason: "it is no place in the file")
    }
    return steps
  }

  private mutating func edit(
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
