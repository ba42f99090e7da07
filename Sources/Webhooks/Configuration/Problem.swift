/// Something that is wrong with the configuration, and where.
///
/// Problems are collected while files are read, not thrown, so that `check` prints all of them.
public struct Problem: Error, Sendable, Equatable, Codable {
  public enum Severity: String, Sendable, Codable {
    /// The file is refused.
    case error
    /// The file is used; an administrator should look at it.
    case warning
    /// Nothing is wrong; what was asked for takes effect later.
    case notice
  }

  public var severity: Severity
  /// The file, relative to the configuration's folder: `webhooks/erp-stock.yaml`.
  public var file: String
  /// The line, from 1; nil where the problem is the file itself.
  public var line: Int?
  /// The column in characters, from 1.
  public var column: Int?
  /// The key's path within the file, `pre_processors[0].secrets[1].file`; empty for the whole file.
  public var key: String
  /// What is wrong and what was expected. Never a secret's value.
  public var message: String
  /// What was probably meant.
  public var suggestion: String?

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
