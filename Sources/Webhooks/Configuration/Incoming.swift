import FoundationEssentials
import Spooling

/// An incoming configuration: a named destination of tasks with a spool of its own.
public struct Incoming: Sendable {
  /// The identifier, which names the file and the spool.
  public let identifier: Identifier
  /// The name that people use.
  public let name: String
  /// A description for people; empty if the file has none.
  public let description: String
  /// The filter that chooses deliveries; nil to take all.
  let filter: Filter?
  /// The parser that makes tasks from a body; nil to make one task of the body as it is.
  let parser: ConfiguredParser?
  /// The programs for the CloudEvents `type` and `subject` of its tasks; nil for the usual values.
  let type: JQProgram?
  let subject: JQProgram?
  /// The group that the file names; nil if it names none.
  private let namedGroup: String?
  /// What may wait in its spool; nil for no limit but the disk's.
  let limits: SpoolLimits?
  /// How long finished tasks are kept; nil if they are not.
  public let keepDone: Duration?
  /// The moment when it was made; nil if its file doesn't say it.
  public let created: Date?
  /// The relay that carries its tasks on; nil if importers work on them.
  public let relay: Relay?

  /// The group of `levelwind-relay`, which its package makes.
  private static let relays = "levelwind-relay"

  /// The group that may read and claim its tasks; nil for the responder's own.
  public var group: String? {
    if let namedGroup { return namedGroup }
    return relay != nil && SystemUser.group(named: Self.relays) != nil ? Self.relays : nil
  }

  /// The filter as it stands in the file.
  public var filterText: String? { filter?.program.source }
  /// The limits of its spool in words; nil without any.
  public var limitsInWords: String? {
    limits.map { "\($0.words), then \($0.whenFull.rawValue)" }
  }

  /// The parser's `type`.
  public var parserType: String? { parser.map { Swift.type(of: $0.parser).type } }

  /// Whether it takes every body as it is, so that nobody looks into one.
  var isPlain: Bool {
    let isReading = parser.map { Swift.type(of: $0.parser).isReading } ?? false
    return filter == nil && type == nil && subject == nil && !isReading
  }

  init(
    identifier: Identifier, name: String, description: String, filter: Filter?,
    parser: ConfiguredParser?, type: JQProgram?, subject: JQProgram?, group: String?,
    limits: SpoolLimits?, keepDone: Duration?, created: Date?, relay: Relay?
  ) {
    self.identifier = identifier
    self.name = name
    self.description = description
    self.filter = filter
    self.parser = parser
    self.type = type
    self.subject = subject
    namedGroup = group
    self.limits = limits
    self.keepDone = keepDone
    self.created = created
    self.relay = relay
  }
}

/// The spool of one incoming configuration, for programs that work in the spool. Only the two files
/// that describe the spool are read: an error in another file doesn't keep an importer from its
/// tasks.
public struct IncomingSpool: Sendable {
  /// The problems with those files that leave a setting unknown.
  public struct Unknown: Error {
    /// The problems, at least one.
    public let problems: [Problem]
  }

  /// The identifier of the incoming configuration.
  public let identifier: Identifier
  /// The settings of `levelwind.yaml`, or the defaults.
  public let settings: Settings
  private let directory: String

  /// Reads the settings in the configuration's folder.
  ///
  /// - Parameters:
  ///   - identifier: the identifier of the incoming configuration, whose file isn't read yet.
  ///   - directory: the configuration's folder.
  /// - Throws: the problems with `levelwind.yaml`.
  public init(of identifier: Identifier, directory: String) throws(Unknown) {
    self.identifier = identifier
    self.directory = directory
    settings = try Self.settings(in: directory)
  }

  /// Returns the settings of `levelwind.yaml`, or the defaults if the file doesn't exist.
  public static func settings(in directory: String) throws(Unknown) -> Settings {
    try read(SettingsFile.name, in: directory) { (bytes, reading) throws(Unknown) in
      try reading.require(SettingsFile.read(bytes, reading))
    } ?? .defaults
  }

  /// The path of the spool's folder, which need not exist.
  public var path: String { "\(settings.spool)/\(identifier)" }

  /// Returns how long finished tasks are kept, from the incoming configuration's file; nil if they
  /// aren't kept or the file doesn't exist.
  public func keepDone() throws(Unknown) -> Duration? {
    try Self.read(file, in: directory) { (bytes, reading) throws(Unknown) in
      try IncomingFile.readKeepDone(bytes, reading)
    } ?? nil
  }

  /// Reads the whole incoming configuration.
  ///
  /// - Throws: the problems with its file, also if the file doesn't exist.
  public func incoming() throws(Unknown) -> Incoming {
    let incoming = try Self.read(file, in: directory) { (bytes, reading) throws(Unknown) in
      try reading.require(IncomingFile.read(bytes, identifier, reading))
    }
    if let incoming { return incoming }
    throw Unknown(problems: [Problem(file: file, "does not exist")])
  }

  private var file: String { "\(IncomingFile.folder)/\(identifier).yaml" }

  /// Parses a file; nil if the file doesn't exist.
  private static func read<Value>(
    _ name: String, in directory: String,
    _ parse: ([UInt8], Reading) throws(Unknown) -> Value
  ) throws(Unknown) -> Value? {
    let file: BoundedFile
    do {
      file = try FolderOwner.read(name, in: directory)
    } catch {
      if error == .missing { return nil }
      throw Unknown(problems: [Problem(file: name, "\(error)")])
    }
    return try parse(
      file.bytes,
      Reading(file: name, context: Context(folder: directory)))
  }
}

extension Reading {
  fileprivate func require<Value>(
    _ value: Value?
  ) throws(IncomingSpool.Unknown) -> Value {
    guard let value else { throw IncomingSpool.Unknown(problems: ordered) }
    return value
  }
}
