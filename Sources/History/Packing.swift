import CZlib
import Glibc

/// Packs a part that is closed: compresses its entries and indexes their words.
enum Packing {
  /// The longest that a compressed text can become, in bytes: more is damage.
  private static let most = 1 << 30

  /// Replaces a part by its packed form, without the entries that `isErased` names. `isStopped` is
  /// asked for each entry.
  ///
  /// The new file is flushed before it takes the place of the old one, so that a crash leaves one
  /// of them whole. The caller holds the folder's lock.
  ///
  /// - Returns: how many entries were left out.
  @discardableResult static func pack(
    _ part: Part, without isErased: (Int) -> Bool = { _ in false },
    stopping isStopped: () -> Bool = { false }
  ) throws -> Int {
    let temporary = "\(part.folder)/.packing"
    unlink(temporary)
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw HistoryError("\(temporary) can't be made: \(SystemWords.text(of: errno))")
    }
    defer { close(file) }
    var isDone = false
    defer { if !isDone { unlink(temporary) } }
    let erased = try fill(temporary, from: part, isErased, isStopped)
    guard fsync(file) == 0, rename(temporary, part.asPacked.path) == 0 else {
      throw HistoryError("\(part.asPacked.path) can't be written: \(SystemWords.text(of: errno))")
    }
    isDone = true
    try flush(folder: part.folder)
    if !part.isPacked { part.remove() }
    return erased
  }

  private static func fill(
    _ path: String, from part: Part, _ isErased: (Int) -> Bool, _ isStopped: () -> Bool
  ) throws -> Int {
    let source = try PartFile(reading: part)
    let target = try SQLite(path, .write)
    // The file is thrown away if anything fails, so it needs no journal.
    try target.run("PRAGMA page_size=8192; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF")
    try target.run(Row.table + Row.words + "BEGIN")
    let reading = try source.database.prepare("SELECT \(Row.columns) FROM delivery ORDER BY number")
    let insertion = try target.prepare(Row.insertion)
    let words = try target.prepare("INSERT INTO words(rowid, text) VALUES(?,?)")
    var erased = 0
    while try reading.next() {
      if isStopped() { throw HistoryError("stopped") }
      let (number, row) = try Row.read(reading)
      guard !isErased(number) else {
        erased += 1
        continue
      }
      // Compressing takes ten times as long as expanding, so a row that is packed stays as it is.
      try insertion.run(
        source.part.isPacked ? Row.stored(reading) : Row.values(number, row, isPacked: true))
      try words.run([.number(number), .characters(SearchedText.of(row))])
    }
    try target.run("COMMIT")
    try target.run(Row.indexes + Row.packedIndexes)
    try target.run("INSERT INTO words(words) VALUES('optimize')")
    return erased
  }

  static func flush(folder: String) throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw HistoryError("\(folder): \(SystemWords.text(of: errno))")
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw HistoryError("\(folder) can't be flushed: \(SystemWords.text(of: errno))")
    }
  }

  /// Returns the bytes as a zlib stream; the bytes themselves if a stream isn't shorter.
  static func compress(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count > 64 else { return bytes }
    var stream = [UInt8](repeating: 0, count: bytes.count - 1)
    var count = uLongf(stream.count)
    guard compress2(&stream, &count, bytes, uLong(bytes.count), 6) == Z_OK, count < bytes.count
    else { return bytes }
    return Array(stream[..<Int(count)])
  }

  /// Returns what `compress` was given, which had `count` bytes; nil if it can't be that.
  static func expand(_ bytes: [UInt8], to count: Int) -> [UInt8]? {
    guard bytes.count != count else { return bytes }
    guard 0...most ~= count else { return nil }
    var expanded = [UInt8](repeating: 0, count: count)
    var length = uLongf(count)
    guard uncompress(&expanded, &length, bytes, uLong(bytes.count)) == Z_OK, length == count else {
      return nil
    }
    return expanded
  }
}
