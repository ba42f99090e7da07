/// A problem that an administrator should do something about.
public struct Finding: Sendable, Equatable, Codable {
  /// The severity, by the exit codes of monitoring plug-ins.
  public enum Level: Int, Sendable, Comparable, Codable {
    case warning = 1
    case critical = 2

    /// Orders levels by their severity.
    public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }

    /// The word for the level that monitoring plug-ins print.
    public var word: String { self == .warning ? "WARNING" : "CRITICAL" }
  }

  /// The subject of a finding, as a word that may be shown to anybody.
  public enum Kind: String, Sendable, Codable {
    case responder, configuration, disk, log, spool, sender, silence, unwanted, clock, secret
    case postprocess, relay, importer, history
  }

  /// The severity.
  public let level: Level
  /// The subject.
  public let kind: Kind
  /// The webhook, incoming configuration or process that is concerned; empty for the whole.
  public let subject: String
  /// The problem, in one line.
  public let words: String
  /// The commands that mend the problem, or show more of it.
  public let remedy: String

  /// Makes a finding. Its words and its remedy are put on one line and made safe for a terminal.
  public init(
    _ level: Level, _ kind: Kind, of subject: String = "", _ words: String, remedy: Remedy
  ) {
    self.level = level
    self.kind = kind
    self.subject = subject
    self.words = words.oneLine
    self.remedy = remedy.text.oneLine
  }
}
