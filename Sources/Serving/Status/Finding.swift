/// Something that an administrator should do something about.
public struct Finding: Sendable, Equatable, Codable {
  /// How bad it is, as monitoring plug-ins have it.
  public enum Level: Int, Sendable, Comparable, Codable {
    case warning = 1
    case critical = 2

    public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }

    public var word: String { self == .warning ? "WARNING" : "CRITICAL" }
  }

  /// What it is about. The word alone may be shown to anybody.
  public enum Kind: String, Sendable, Codable {
    case responder, configuration, disk, log, spool, sender, silence, unwanted, clock, secret
    case postprocess, importer
  }

  public let level: Level
  public let kind: Kind
  /// The webhook, incoming configuration or process; empty where it is about all.
  public let subject: String
  /// What is wrong, in one line.
  public let words: String
  /// The commands that mend it, or show more.
  public let remedy: String

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
