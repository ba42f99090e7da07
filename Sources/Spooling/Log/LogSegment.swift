/// A file of the log, of one length for ever, that groups are written into one behind the other.
struct LogSegment: Sendable {
  let name: String
  let file: LogFile

  /// `0007.log`
  static func name(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ".log"
  }

  static func isName(_ name: String) -> Bool {
    name.utf8.count == 8 && name.hasSuffix(".log")
      && name.utf8.prefix(4).allSatisfy { (48...57).contains($0) }
  }
}
