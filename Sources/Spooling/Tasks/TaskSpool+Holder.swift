import FoundationEssentials
import Glibc

/// Who works on a claimed task.
public struct TaskHolder: Sendable, Equatable {
  /// The process that has the task locked.
  public let process: Int32
  /// The user that it runs as; nil if it has ended since.
  public let user: UInt32?
}

extension TaskSpool {
  /// Returns the process that has a task locked, as a drain does; nil if none has, or it is in
  /// another namespace of processes.
  ///
  /// Only the file's number is compared: some file systems (btrfs, overlayfs) name another device
  /// in proc(5)'s locks than in the file's status.
  public func holder(of place: TaskPlace) -> TaskHolder? {
    var file = stat()
    guard let directory = try? directory(of: place),
      fstatat(directory.descriptor, place.file, &file, AT_SYMLINK_NOFOLLOW) == 0,
      let locks = try? String(contentsOfFile: "/proc/locks", encoding: .utf8)
    else { return nil }
    for line in locks.split(separator: "\n") {
      // 7: FLOCK  ADVISORY  WRITE 1234 fe:01:5678 0 EOF (proc(5)). Waiting ones have an arrow.
      let words = line.split(separator: " ")
      guard words.count > 5, words[1] == "FLOCK", let process = Int32(words[4]), process > 0,
        words[5].split(separator: ":").last.flatMap({ UInt($0) }) == file.st_ino
      else { continue }
      var status = stat()
      let isThere = stat("/proc/\(process)", &status) == 0
      return TaskHolder(process: process, user: isThere ? status.st_uid : nil)
    }
    return nil
  }

  /// When a claim was made, to the second; nil if it is gone.
  public func claimed(_ place: TaskPlace) -> Date? {
    moved(place).map { Date(timeIntervalSince1970: $0.timeIntervalSince1970.rounded(.down)) }
  }

  /// When a task came to its place, as its file's name was changed last; nil if it isn't there. The
  /// clock of the file system may be some milliseconds behind.
  public func moved(_ place: TaskPlace) -> Date? {
    var file = stat()
    guard let directory = try? directory(of: place),
      fstatat(directory.descriptor, place.file, &file, AT_SYMLINK_NOFOLLOW) == 0
    else { return nil }
    return Date(
      timeIntervalSince1970: Double(file.st_ctim.tv_sec) + Double(file.st_ctim.tv_nsec) / 1e9)
  }
}
