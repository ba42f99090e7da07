import Foundation

/// What systemd passed to the service with `LoadCredential=`, read once, when the process started.
///
/// A value of it is kept for the life of the process: systemd itself fills the folder only at start.
public struct Credentials: Sendable {
  /// nil where there is no telling, outside of the service.
  let values: [String: [UInt8]]?

  /// The service was given none.
  public static let none = Credentials(values: [:])

  /// A command outside of the service: what the service is given can't be known here, so that
  /// secrets which refer to it are reported as unchecked, not as missing.
  public static let unknown = Credentials(values: nil)

  init(values: [String: [UInt8]]?) { self.values = values }

  /// Reads every regular file of the folder, up to 64 KiB each.
  ///
  /// - Parameter directory: what `$CREDENTIALS_DIRECTORY` says; nil where it isn't set.
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
  public var description: String { "credentials" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
