import Bytes
import FoundationEssentials
import Glibc
import Spooling

/// The kept rejections of one webhook on disk. Each has two files: `<id>.http` with the request and
/// `<id>.json` with the verdict, which is written last. The oldest make room for new ones.
///
/// Nothing is flushed to the device. Files that another process removes still count until the
/// folder is read again, so the bounds are never exceeded.
struct RefusedRing {
  private struct Kept {
    let id: String
    let bytes: Int
  }

  private let folder: String
  /// The kept rejections, oldest first.
  private var kept: [Kept] = []
  private var bytes = 0

  init(folder: String) {
    self.folder = folder
    read()
  }

  /// The number of rejections, and their bytes together.
  var size: (count: Int, bytes: Int) { (kept.count, bytes) }

  /// Reads the folder. All files of an earlier process count, even half-written ones.
  private mutating func read() {
    var found: [String: Int] = [:]
    for name in (try? FolderListing.names(in: folder)) ?? [] {
      guard let id = Self.id(of: name) else { continue }
      var status = stat()
      guard lstat("\(folder)/\(name)", &status) == 0 else { continue }
      found[id] = (found[id] ?? 0).addingBounded(Int(status.st_size))
    }
    kept = found.map { Kept(id: $0.key, bytes: $0.value) }.sorted { $0.id < $1.id }
    bytes = kept.reduce(0) { $0.addingBounded($1.bytes) }
  }

  /// Returns the delivery's id from a file's name; nil for a file that isn't a rejection's.
  static func id(of name: String) -> String? {
    for ending in [".http", ".json"] where name.hasSuffix(ending) && name.utf8.count == 36 + 5 {
      return String(name.dropLast(5))
    }
    return nil
  }

  /// Keeps a rejection.
  ///
  /// - Returns: Whether it is kept. It isn't if it is too large, or can't be written.
  mutating func add(
    _ id: String, message: [UInt8], verdict: [UInt8], within rule: KeepRefusedRule
  ) -> Bool {
    let size = message.count + verdict.count
    guard size <= rule.bytes, makeRoom(for: size, within: rule) else { return false }
    guard makeFolder(), write(message, to: "\(id).http"), write(verdict, to: "\(id).json") else {
      remove(id)
      return false
    }
    kept.append(Kept(id: id, bytes: size))
    bytes += size
    return true
  }

  private mutating func makeRoom(for size: Int, within rule: KeepRefusedRule) -> Bool {
    var gone = 0
    func isFull() -> Bool { kept.count - gone + 1 > rule.count || bytes + size > rule.bytes }
    // Files removed by another process may have made room already.
    if isFull() { read() }
    while gone < kept.count, isFull() {
      guard remove(kept[gone].id) else { break }
      bytes -= kept[gone].bytes
      gone += 1
    }
    let hasRoom = !isFull()
    kept.removeFirst(gone)
    return hasRoom
  }

  /// Removes both files of a rejection.
  ///
  /// - Returns: Whether none of them is left.
  @discardableResult
  private func remove(_ id: String) -> Bool {
    [".json", ".http"].map { unlink("\(folder)/\(id)\($0)") == 0 || errno == ENOENT }
      .allSatisfy { $0 }
  }

  private func makeFolder() -> Bool {
    if access(folder, F_OK) == 0 { return true }
    if let slash = folder.lastIndex(of: "/") { mkdir(String(folder[..<slash]), 0o700) }
    return mkdir(folder, 0o700) == 0 || errno == EEXIST
  }

  private func write(_ bytes: [UInt8], to name: String) -> Bool {
    let system = LinuxFileSystem()
    let path = "\(folder)/\(name)"
    guard let file = try? system.createFile(path, in: AT_FDCWD, mode: 0o600) else { return false }
    let isWritten = (try? system.write([bytes], to: file)) != nil
    return (try? system.close(file)) != nil && isWritten
  }
}
