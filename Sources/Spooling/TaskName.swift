/// The names of the files in a spool.
enum TaskName {
  /// `<uuid>.json`, or `<uuid>.<label>`.
  static func task(_ entry: Commit.Entry) -> String {
    entry.id.description + "." + (entry.label ?? "json")
  }

  /// `<uuid>.json.reason`, beside a task in `failed/`.
  static func reason(_ entry: Commit.Entry) -> String { task(entry) + ".reason" }

  static func isReason(_ name: String) -> Bool { name.hasSuffix(".reason") }

  /// What the probe of a file system is called while it lasts.
  static let probe = ".probe"

  /// Whether a name in `tmp/` was made by a commit or a probe. Others are an administrator's.
  static func isOurs(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    if name == probe { return true }
    guard bytes.count > 36 else { return false }
    let ending = String(decoding: bytes[36...], as: UTF8.self)
    let isLabel = bytes[36] == UInt8(ascii: ".") && bytes.count > 37
    guard
      ending == ".json" || ending == ".json.reason" || isLabel && bytes[37...].allSatisfy(isDigit)
    else { return false }
    return bytes[..<36].enumerated().allSatisfy { index, byte in
      [8, 13, 18, 23].contains(index) ? byte == UInt8(ascii: "-") : isDigit(byte)
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...102).contains(byte)
  }
}
