import FoundationEssentials

/// The credentials that systemd passed to the service with `LoadCredential=`. They are read once,
/// when the process starts.
///
/// The values stay for the life of the process, because systemd fills the folder only at start.
public struct Credentials: Sendable {
  /// The values by name; nil outside of the service, where they can't be known.
  let values: [String: [UInt8]]?

  /// The credentials of a service that was given none.
  public static let none = Credentials(values: [:])

  /// The credentials of a command outside of the service, where they can't be known. A secret that
  /// refers to a credential is reported as unchecked, not as missing.
  public static let unknown = Credentials(values: nil)

  init(values: [String: [UInt8]]?) { self.values = values }

  /// Reads every regular file of the folder, up to 64 KiB each.
  ///
  /// - Parameter directory: the value of `$CREDENTIALS_DIRECTORY`; nil if it isn't set.
  public init(directory: String?) {
    var values: [String: [UInt8]] = [:]
    let names = directory.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? []
    for name in names {
      let file = try? BoundedFile.read("\(directory ?? "")/\(name)", limit: SecretSource.byteLimit)
      values[name] = file?.bytes
    }
    self.values = values
  }
}

extension Credentials: CustomStringConvertible, CustomReflectable {
  /// A fixed word, so that no log shows the values.
  public var description: String { "credentials" }
  /// An empty mirror, so that no dump shows the values.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
