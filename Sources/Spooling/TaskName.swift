/// The names of the files in a spool.
enum TaskName {
  /// `<uuid>.json`
  static func task(_ id: UUIDv7) -> String { "\(id).json" }

  /// `<uuid>.json.reason`, beside a task in `failed/`.
  static func reason(_ id: UUIDv7) -> String { "\(id).json.reason" }

  /// What the probe of a file system is called while it lasts.
  static let probe = ".probe"

  /// Whether a name in `tmp/` was made by a commit or a probe. Others are an administrator's.
  static func isOurs(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    if name == probe { return true }
    guard bytes.count > 36 else { return false }
    let ending = String(decoding: bytes[36...], as: UTF8.self)
    guard ending == ".json" || ending == ".json.reason" else { return false }
    return bytes[..<36].enumerated().allSatisfy { index, byte in
      switch index {
      case 8, 13, 18, 23: byte == UInt8(ascii: "-")
      default: (48...57).contains(byte) || (97...102).contains(byte)
      }
    }
  }
}
