import Foundation
import Glibc

/// A day that tasks were finished on, in UTC: the name of a folder in `done/`.
public struct DoneDay: Sendable, Hashable {
  /// `2026-11-24`
  public let text: String

  public init(_ moment: Date) { text = String(moment.rfc3339.prefix(10)) }

  static func isDay(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    return bytes.count == 10
      && bytes.enumerated().allSatisfy { index, byte in
        index == 4 || index == 7 ? byte == UInt8(ascii: "-") : 0x30...0x39 ~= byte
      }
  }

  /// Its folder, made if need be.
  func directory(in done: Directory) throws(SystemError) -> Directory {
    do { return try done.directory(text) } catch { if error.number != ENOENT { throw error } }
    do { try done.makeDirectory(text, mode: SpoolDirectory.done.mode) } catch {
      if error.number != EEXIST { throw error }
    }
    return try done.directory(text)
  }
}

extension TaskSpool {
  /// Removes the finished tasks of the days that are over for longer than this.
  ///
  /// - Returns: how many.
  public func sweepDone(keeping kept: Duration, now: Date) throws(TaskSpoolError) -> Int {
    // The day of this moment may have tasks that are younger than `kept`: the days before it have not.
    let first = DoneDay(now.addingTimeInterval(-kept.inSeconds)).text
    var count = 0
    do throws(SystemError) {
      for day in try directory(.done).names() where DoneDay.isDay(day) && day < first {
        let folder = try directory(.done).directory(day)
        for name in try folder.names() where TaskName.isTask(name) {
          try folder.remove(name)
          count += 1
        }
        directory(.done).removeDirectory(day)
      }
    } catch {
      throw .failed(path: "\(path)/done", error)
    }
    return count
  }
}
