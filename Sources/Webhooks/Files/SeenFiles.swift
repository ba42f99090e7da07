import FoundationEssentials
import Glibc

/// What stat(2) says of a file. It changes with the file's content and mode, and if another file
/// takes its place.
struct FileStamp: Sendable, Equatable {
  /// The longest time, in seconds, for which a file system may give changes the same time: its
  /// clock ticks slowly.
  private static let longestTick: TimeInterval = 2

  private struct Moment: Equatable {
    let seconds: Int
    let nanoseconds: Int

    init(_ time: timespec) {
      seconds = time.tv_sec
      nanoseconds = time.tv_nsec
    }
  }

  private let device: dev_t
  private let number: ino_t
  private let size: off_t
  private let written: Moment
  /// Unlike `written`, no program can choose it.
  private let changed: Moment

  init(_ status: stat) {
    device = status.st_dev
    number = status.st_ino
    size = status.st_size
    written = Moment(status.st_mtim)
    changed = Moment(status.st_ctim)
  }

  /// Takes the stamp of the file at a path; nil if there isn't a file that can be looked at. Links
  /// are followed.
  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Whether any change after this moment changes the stamp. A file that was changed shortly before
  /// may be changed again within the same tick.
  func isSettled(at now: Date) -> Bool {
    now.timeIntervalSince1970 - TimeInterval(changed.seconds) > Self.longestTick
  }
}

/// The files that the values of a reading come from. As long as their stamps stay, reading them
/// again finds the same.
struct SeenFiles: ContextValue {
  private struct File {
    let path: String
    let stamp: FileStamp
  }

  /// nil if the values depend on more than these files.
  private var files: [File]? = []

  /// Notes a file that was read. A draft has no stamp, so that the values depend on more then.
  mutating func note(_ path: String, _ stamp: FileStamp?) {
    if let stamp { files?.append(File(path: path, stamp: stamp)) } else { dependOnMore() }
  }

  /// Notes that the values depend on more than files: the time, for example.
  mutating func dependOnMore() { files = nil }

  /// Whether the files show each change after `now`, the moment when reading began.
  func showChanges(after now: Date) -> Bool {
    files?.allSatisfy { $0.stamp.isSettled(at: now) } ?? false
  }

  /// Whether reading the files again would find the same.
  var areUnchanged: Bool { files?.allSatisfy { FileStamp(of: $0.path) == $0.stamp } ?? false }
}

extension Context {
  /// The files that the values come from.
  var seen: SeenFiles {
    get { self[SeenFiles.self] }
    set { self[SeenFiles.self] = newValue }
  }
}
