import Glibc

/// Erases entries for good: also from the free pages of files, and from the index of words.
package struct HistoryErasing {
  private let folder: HistoryFolder
  private static let rowsAtOnce = 500

  package init(_ folder: HistoryFolder) { self.folder = folder }

  /// Erases entries of one webhook, by their numbers.
  ///
  /// A packed part is written anew. The part that the responder writes to stays, without them. It
  /// can be repeated after a failure or a kill.
  ///
  /// - Returns: how many there were.
  /// - Throws: if a part can't be changed.
  package func erase(_ numbers: Set<Int>, of webhook: String) throws -> Int {
    guard let lock = FolderLock(folder.folder(of: webhook), waits: true) else {
      throw HistoryError(
        "\(folder.folder(of: webhook)) can't be locked: \(SystemWords.text(of: errno))")
    }
    defer { withExtendedLifetime(lock) {} }
    var erased = 0
    for part in folder.parts(of: webhook) {
      let file = try PartFile(reading: part)
      let there = try Self.there(numbers, in: file)
      if there.isEmpty { continue }
      erased +=
        part.isPacked
        ? try Packing.pack(part, without: there.contains) : try Self.delete(there, in: part)
    }
    try BroughtBack(folder, webhook).forget(numbers)
    return erased
  }

  private static func there(_ numbers: Set<Int>, in file: PartFile) throws -> Set<Int> {
    guard let least = numbers.min(), let most = numbers.max() else { return [] }
    let statement = try file.database.prepare(
      "SELECT number FROM delivery WHERE number BETWEEN ? AND ?")
    try statement.bind([.number(least), .number(most)])
    var there: Set<Int> = []
    while try statement.next() {
      if numbers.contains(statement.number(0)) { there.insert(statement.number(0)) }
    }
    return there
  }

  private static func delete(_ numbers: Set<Int>, in part: Part) throws -> Int {
    let database = try PartFile(continuing: part).database
    let deletion = try database.prepare("DELETE FROM delivery WHERE number = ?")
    let sorted = numbers.sorted()
    for start in stride(from: 0, to: sorted.count, by: rowsAtOnce) {
      // The responder waits for no longer than this.
      try database.run("BEGIN IMMEDIATE")
      for number in sorted[start...].prefix(rowsAtOnce) { try deletion.run([.number(number)]) }
      try database.run("COMMIT")
    }
    // Until it is written back, the erased entries are in the file beside, too.
    try database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    return sorted.count
  }
}
