import Bytes
import FoundationEssentials
import Glibc

/// The deliveries of a webhook that were brought back: a line each in the file `again`, with the
/// number of the entry, the moment and the ids of the tasks.
package struct BroughtBack {
  /// One time that a delivery was brought back.
  package struct Mark: Sendable {
    /// The number of its entry.
    package let number: Int
    /// When (RFC 3339).
    package let time: String
    /// The incoming configuration that it was routed to; empty for those of the webhook.
    package let target: String
    /// The ids of its tasks.
    package let tasks: [String]

    package init(number: Int, time: String, target: String, tasks: [String]) {
      self.number = number
      self.time = time
      self.target = target
      self.tasks = tasks
    }

    fileprivate init?(_ line: Substring) {
      let parts = line.split(separator: " ", omittingEmptySubsequences: false)
      guard parts.count == 4, let number = Int(parts[0]) else { return nil }
      self.init(
        number: number, time: String(parts[1]), target: String(parts[2]),
        tasks: parts[3].split(separator: ",").map { String($0) })
    }

    fileprivate var line: String {
      "\(number) \(time) \(target) \(tasks.joined(separator: ","))\n"
    }
  }

  private let path: String
  private static let most = 64 << 20

  package init(_ folder: HistoryFolder, _ webhook: String) {
    path = "\(folder.folder(of: webhook))/again"
  }

  /// Returns the marks, by the number of the entry.
  package func marks() -> [Int: [Mark]] {
    Dictionary(grouping: lines(), by: \.number)
  }

  /// Adds a mark, durably.
  package func add(_ mark: Mark) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure() }
    defer { close(file) }
    let line = Array(mark.line.utf8)
    guard write(file, line, line.count) == line.count, fdatasync(file) == 0 else {
      throw failure()
    }
  }

  /// Removes the marks of these entries. The caller holds the folder's lock.
  func forget(_ numbers: Set<Int>) throws {
    let all = lines()
    let left = all.filter { !numbers.contains($0.number) }
    guard left.count < all.count else { return }
    let file = open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure() }
    defer { close(file) }
    let bytes = Array(left.map(\.line).joined().utf8)
    guard write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0,
      rename(path + ".new", path) == 0
    else { throw failure() }
  }

  private func lines() -> [Mark] {
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count < Self.most {
      let count = read(file, &piece, piece.count)
      if count <= 0 { break }
      bytes += piece[..<count]
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Mark($0) }
  }

  private func failure() -> HistoryError {
    HistoryError("\(path) can't be written: \(SystemWords.text(of: errno))")
  }
}
