/// A problem with the configuration, and its place.
///
/// Problems are collected while files are read, not thrown, so that `check` prints all of them.
public struct Problem: Error, Sendable, Equatable, Codable {
  /// The severity of a problem.
  public enum Severity: String, Sendable, Codable {
    /// The file is refused.
    case error
    /// The file is used, but an administrator should look at it.
    case warning
    /// Nothing is wrong. A change takes effect later.
    case notice
  }

  /// The consequence of the problem.
  public var severity: Severity
  /// The file, relative to the configuration's folder: `webhooks/erp-stock.yaml`.
  public var file: String
  /// The line, from 1; nil if the problem concerns the file as a whole.
  public var line: Int?
  /// The column in characters, from 1; nil if the problem concerns no single place.
  public var column: Int?
  /// The key path within the file, `pre_processors[0].secrets[1].file`; empty for the whole file.
  public var key: String
  /// A sentence that says what is wrong and what was expected. It never holds a secret's value.
  public var message: String
  /// The text that was probably meant.
  public var suggestion: String?

  /// Creates a problem. Each argument is described at its property.
  public init(
    _ severity: Severity = .error, file: String, line: Int? = nil, column: Int? = nil,
    key: String = "", _ message: String, suggestion: String? = nil
  ) {
    self.severity = severity
    self.file = file
    self.line = line
    self.column = column
    self.key = key
    self.message = message
    self.suggestion = suggestion
  }
}

extension Problem: CustomStringConvertible {
  /// One line, without control characters:
  /// `webhooks/a.yaml:12:5: methods[0]: expected …, found "PSOT" (did you mean "POST"?)`.
  public var description: String {
    var text = file.withoutControls
    if let line { text += ":\(line)" }
    if let column { text += ":\(column)" }
    text += ": "
    if severity != .error { text += "\(severity.rawValue): " }
    if !key.isEmpty { text += "\(key.withoutControls): " }
    text += message.withoutControls
    if let suggestion { text += " (did you mean \(suggestion.quoted)?)" }
    return text
  }
}

/// The reason why a file isn't YAML of the supported kind. It becomes the only problem of the file,
/// because nothing else of the file is read.
struct SyntaxError: Error, Equatable {
  var line: Int?
  var column: Int?
  var key = ""
  var message: String

  func problem(in file: String) -> Problem {
    Problem(file: file, line: line, column: column, key: key, message)
  }
}
