import Foundation

/// Where the spool of one incoming configuration lies, for those who work in it. Only the files that say
/// so are read: what is wrong elsewhere keeps no importer from its tasks.
public struct IncomingSpool: Sendable {
  /// Why it is not known: what is wrong with those files.
  public struct Unknown: Error {
    public let problems: [Problem]
  }

  public let identifier: Identifier
  /// The spool's folder, whether it is there or not.
  public let path: String
  /// The state directory.
  public let state: String
  private let directory: String

  /// - Parameter directory: the configuration's folder.
  public init(of identifier: Identifier, directory: String) throws(Unknown) {
    self.identifier = identifier
    self.directory = directory
    let settings = try Self.read(SettingsFile.name, in: directory) { bytes, reading in
      SettingsFile.read(bytes, reading)
    }
    path = "\((settings ?? .defaults).spool)/\(identifier)"
    state = (settings ?? .defaults).state
  }

  /// The file's value; nil where there is no file.
  private static func read<Value>(
    _ name: String, in directory: String, _ parse: ([UInt8], Reading) -> Value?
  ) throws(Unknown) -> Value? {
    do {
      let file = try BoundedFile.read("\(directory)/\(name)", limit: YAMLDocument.byteLimit)
      let reading = Reading(
        file: name, surroundings: Surroundings(folder: directory, now: Date()))
      guard let value = parse(file.bytes, reading) else {
        throw Unknown(problems: reading.ordered)
      }
      return value
    } catch let failure as BoundedFile.Failure {
      if failure == .missing { return nil }
      throw Unknown(problems: [Problem(file: name, "\(failure)")])
    } catch let unknown as Unknown {
      throw unknown
    } catch {
      throw Unknown(problems: [Problem(file: name, "\(error)")])
    }
  }
}
