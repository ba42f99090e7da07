import Bytes
import FoundationEssentials
import Glibc

/// Counts what lies in one spool, again and again.
///
/// A directory that hasn't changed since the last look isn't listed anew, so that a spool in which
/// many tasks wait costs nothing while it rests.
struct SpoolScan {
  /// The tasks in one directory.
  private struct Part {
    var tasks = 0
    var bytes = 0
    /// The first of the names that the responder made.
    var first: [UInt8] = []
  }

  private struct Known {
    let file: UInt64
    let changed: timespec
    let part: Part
  }

  private var known: [SpoolDirectory: Known] = [:]

  /// Returns the tasks of a spool, which is a directory in `root`. Throws the error of the system
  /// if a directory can't be read.
  mutating func look(into identifier: String, of root: String) throws(SystemError) -> SpoolLook {
    let spool = try Directory(path: root, on: LinuxFileSystem()).directory(identifier)
    let new = try part(.new, of: spool)
    let cur = try part(.cur, of: spool)
    let retry = try part(.retry, of: spool)
    let failed = try part(.failed, of: spool)
    var look = SpoolLook()
    (look.new, look.cur, look.retry, look.failed) = (
      new.tasks, cur.tasks, retry.tasks, failed.tasks
    )
    look.bytes = [cur, retry, failed].reduce(new.bytes) { $0.addingBounded($1.bytes) }
    let first = [new.first, cur.first, retry.first].filter { !$0.isEmpty }
      .min { $0.lexicographicallyPrecedes($1) }
    look.oldest = first.flatMap { TaskName.arrival(String(decoding: $0, as: UTF8.self)) }
    return look
  }

  private mutating func part(
    _ place: SpoolDirectory, of spool: Directory
  ) throws(SystemError) -> Part {
    let directory = try spool.directory(place.rawValue)
    var status = stat()
    guard fstat(directory.descriptor, &status) == 0 else { throw SystemError(.fstat, errno) }
    if let known = known[place], known.file == status.st_ino,
      known.changed.tv_sec == status.st_mtim.tv_sec, known.changed.tv_nsec == status.st_mtim.tv_nsec
    {
      return known.part
    }
    let part = try Self.count(directory)
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    // A change within the same tick of the kernel's clock doesn't change the time. So a directory
    // that changed in the last two seconds isn't remembered.
    known[place] =
      now.tv_sec - status.st_mtim.tv_sec > 1
      ? Known(file: UInt64(status.st_ino), changed: status.st_mtim, part: part) : nil
    return part
  }

  /// Counts the tasks in a directory, without a String for each name: there may be a hundred
  /// thousand.
  private static func count(_ directory: Directory) throws(SystemError) -> Part {
    let own = try directory.fileSystem.openDirectory(".", in: directory.descriptor)
    guard let stream = fdopendir(own) else {
      let error = SystemError(.getdents, errno)
      _ = close(own)
      throw error
    }
    defer { closedir(stream) }
    var part = Part()
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      withUnsafePointer(to: &entry.pointee.d_name) { place in
        place.withMemoryRebound(to: CChar.self, capacity: 256) { name in
          let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
          var status = stat()
          guard isTask(bytes), fstatat(own, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
            status.st_mode & S_IFMT == S_IFREG
          else { return }
          part.tasks += 1
          part.bytes = part.bytes.addingBounded(Int(status.st_size))
          if let first = earlier(bytes, than: part.first) { part.first = first }
        }
      }
    }
    if errno != 0 { throw SystemError(.getdents, errno) }
    return part
  }

  /// Returns a task's name, without a drain's ending, if the responder made it and it sorts before
  /// another.
  private static func earlier(
    _ name: UnsafeRawBufferPointer, than first: [UInt8]
  ) -> [UInt8]? {
    let name = name.prefix(36)
    guard first.isEmpty || name.lexicographicallyPrecedes(first) else { return nil }
    let task = Array(name) + Array(".json".utf8)
    return TaskName.isOurs(String(decoding: task, as: UTF8.self)) ? task : nil
  }

  private static func isTask(_ name: UnsafeRawBufferPointer) -> Bool {
    name.first != UInt8(ascii: ".") && (name.ends(in: ".json") || name.ends(in: ".json.drain"))
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func ends(in text: StaticString) -> Bool {
    guard let start = baseAddress, count >= text.utf8CodeUnitCount else { return false }
    let tail = start + (count - text.utf8CodeUnitCount)
    return memcmp(tail, text.utf8Start, text.utf8CodeUnitCount) == 0
  }
}

/// The tasks in a spool at one moment.
public struct SpoolLook: Sendable, Equatable, Codable {
  /// The tasks in `new`.
  public var new = 0
  /// The tasks in `cur`, including the claims of drains.
  public var cur = 0
  /// The tasks in `retry`.
  public var retry = 0
  /// The tasks in `failed`.
  public var failed = 0
  /// The bytes of all these files.
  public var bytes = 0
  /// When the oldest task in `new`, `cur` or `retry` arrived; nil if no name there says that.
  public var oldest: Date?

  /// Creates the numbers of an empty spool.
  public init() {}

  /// The tasks that still have to be worked on.
  public var waiting: Int { new + cur + retry }

  var depth: SpoolDepth { SpoolDepth(tasks: waiting + failed, bytes: bytes) }
}
