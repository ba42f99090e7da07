import Foundation

/// The spool of one incoming configuration, for those who work in it. Only the two files that say
/// something of it are read: what is wrong elsewhere keeps no importer from its tasks.
public struct IncomingSpool: Sendable {
  /// What keeps something from being known: what is wrong with those files.
  public struct Unknown: Error {
    public let problems: [Problem]
  }

  public let identifier: Identifier
  public let settings: Settings
  private let directory: String

  /// Reads the settings.
  ///
  /// - Parameter directory: the configuration's folder.
  public init(of identifier: Identifier, directory: String) throws(Unknown) {
    self.identifier = identifier
    self.directory = directory
    settings = try Self.settings(in: directory)
  }

  /// What `levelwind.yaml` says, or the defaults.
  public static func settings(in directory: String) throws(Unknown) -> Settings {
    try read(SettingsFile.name, in: directory) { (bytes, reading) throws(Unknown) in
      try reading.require(SettingsFile.read(bytes, reading))
    } ?? .defaults
  }

  /// The spool's folder, whether it is there or not.
  public var path: String { "\(settings.spool)/\(identifier)" }

  /// How long finished tasks are kept, as the incoming configuration's file says it; nil if they are
  /// not, or if there is no such file.
  public func keepDone() throws(Unknown) -> Duration? {
    try Self.read(file, in: directory) { (bytes, reading) throws(Unknown) in
      try IncomingFile.readKeepDone(bytes, reading)
    } ?? nil
  }

  /// The whole incoming configuration.
  public func incoming() throws(Unknown) -> Incoming {
    let incoming = try Self.read(file, in: directory) { (bytes, reading) throws(Unknown) in
      try reading.require(IncomingFile.read(bytes, identifier, reading))
    }
    if let incoming { return incoming }
    throw Unknown(problems: [Problem(file: file, "does not exist")])
  }

  private var file: String { "\(IncomingFile.folder)/\(identifier).yaml" }

  /// The file's value; nil where there is no file.
  private static func read<Value>(
    _ name: String, in directory: String,
    _ parse: ([UInt8], Reading) throws(Unknown) -> Value
  ) throws(Unknown) -> Value? {
    let file: BoundedFile
    do {
      file = try BoundedFile.read("\(directory)/\(name)", limit: YAMLDocument.byteLimit)
    } catch {
      if error == .missing { return nil }
      throw Unknown(problems: [Problem(file: name, "\(error)")])
    }
    return try parse(
      file.bytes,
      Reading(file: name, surroundings: Surroundings(folder: directory, now: Date())))
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
