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
    if name == probe { return true }
    // Without arrays: this is asked of a hundred thousand names at a time.
    let bytes = name.utf8
    guard bytes.count > 36 else { return false }
    for (index, byte) in bytes.prefix(36).enumerated() {
      switch index {
      case 8, 13, 18, 23: if byte != UInt8(ascii: "-") { return false }
      default: if !isDigit(byte) { return false }
      }
    }
    let ending = bytes.dropFirst(36)
    if ending.elementsEqual(".json".utf8) || ending.elementsEqual(".json.reason".utf8) {
      return true
    }
    return ending.count > 1 && ending.first == UInt8(ascii: ".")
      && ending.dropFirst().allSatisfy(isDigit)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...102).contains(byte)
  }
}
