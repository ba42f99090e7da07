import Foundation

extension TaskName {
  private static let drain = ".drain"

  /// What a drain calls its claim of a task in `cur/`; a foreign importer's keeps the task's name.
  static func claimed(_ name: String) -> String { name + drain }

  /// The record beside a task that is deferred.
  static func record(of name: String) -> String { name + ".retry" }

  /// Why a task was given up, beside it.
  static func reason(of name: String) -> String { name + ".reason" }

  /// Whether a name is a task's. Hand-made ones count; hidden ones are in the making.
  static func isTask(_ name: String) -> Bool { name.hasSuffix(".json") && !name.hasPrefix(".") }

  /// The task that a name in `cur/` is a drain's claim of; nil if it is none.
  static func taskOfClaim(_ name: String) -> String? {
    guard name.hasSuffix(drain) else { return nil }
    let task = String(name.dropLast(drain.count))
    return isTask(task) ? task : nil
  }

  /// When a task arrived, as its name says it; nil of a name that we did not make.
  static func arrival(_ name: String) -> Date? {
    guard isTask(name), isOurs(name) else { return nil }
    var milliseconds: UInt64 = 0
    for byte in name.utf8.prefix(13) where byte != UInt8(ascii: "-") {
      milliseconds = milliseconds << 4 | UInt64(byte <= 0x39 ? byte - 0x30 : byte - 0x57)
    }
    return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
  }
}
