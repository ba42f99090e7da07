import FoundationEssentials

/// The names of the files in a spool.
enum TaskName {
  /// Returns `<uuid>.json`, or `<uuid>.<label>`.
  static func task(_ entry: Commit.Entry) -> String {
    entry.id.description + "." + (entry.label ?? "json")
  }

  /// Returns `<uuid>.json.reason`, the file beside a task in `failed/`.
  static func reason(_ entry: Commit.Entry) -> String { task(entry) + ".reason" }

  static func isReason(_ name: String) -> Bool { name.hasSuffix(".reason") }

  /// The name of the file that a probe of a file system makes and removes.
  static let probe = ".probe"

  /// Whether a commit or a probe made a name in `tmp/`. Other names are an administrator's.
  static func isOurs(_ name: String) -> Bool {
    if name == probe { return true }
    // No array is made here, because this is called for a hundred thousand names at a time.
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

extension TaskName {
  private static let drain = ".drain"

  /// Returns the name in `cur/` of a drain's claim of a task. A foreign importer's claim keeps the
  /// task's name.
  static func claimed(_ name: String) -> String { name + drain }

  /// Returns the name of the record beside a task that is deferred.
  static func record(of name: String) -> String { name + ".retry" }

  /// Returns the name of the file that says why a task was given up, beside the task.
  static func reason(of name: String) -> String { name + ".reason" }

  /// Whether a name is a task's. Names that people gave count. Hidden ones are still being written.
  static func isTask(_ name: String) -> Bool { name.hasSuffix(".json") && !name.hasPrefix(".") }

  /// Returns the task that a drain's claim in `cur/` is of; nil if the name isn't a drain's claim.
  static func taskOfClaim(_ name: String) -> String? {
    guard name.hasSuffix(drain) else { return nil }
    let task = String(name.dropLast(drain.count))
    return isTask(task) ? task : nil
  }

  /// Returns when a task arrived, as its name says; nil for a name that the responder didn't make.
  static func arrival(_ name: String) -> Date? {
    guard isTask(name), isOurs(name) else { return nil }
    var milliseconds: UInt64 = 0
    for byte in name.utf8.prefix(13) where byte != UInt8(ascii: "-") {
      milliseconds = milliseconds << 4 | UInt64(byte <= 0x39 ? byte - 0x30 : byte - 0x57)
    }
    return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
  }
}
