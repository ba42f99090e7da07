import Bytes
import FoundationEssentials
import Glibc

/// A day in UTC on which tasks were finished: the name of a directory in `done/`.
public struct DoneDay: Sendable, Hashable {
  /// The day, such as `2026-11-24`.
  public let text: String

  /// Returns the day of a moment.
  public init(_ moment: Date) { text = String(moment.rfc3339.prefix(10)) }

  static func isDay(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    return bytes.count == 10
      && bytes.enumerated().allSatisfy { index, byte in
        index == 4 || index == 7 ? byte == UInt8(ascii: "-") : 0x30...0x39 ~= byte
      }
  }

  /// Opens the day's directory, and makes it if need be.
  func directory(in done: Directory) throws(SystemError) -> Directory {
    do { return try done.directory(text) } catch { if error.number != ENOENT { throw error } }
    do { try done.makeDirectory(text, mode: SpoolDirectory.done.mode) } catch {
      if error.number != EEXIST { throw error }
    }
    return try done.directory(text)
  }
}

extension TaskSpool {
  /// The result of a sweep of `done/`.
  public struct Swept: Sendable {
    /// How many tasks were removed.
    public var tasks = 0
    /// The errors of files that could not be removed. They don't keep other days from being swept.
    public var problems: [TaskSpoolError] = []
  }

  /// Removes the finished tasks of the oldest day that ended longer ago than `kept`.
  ///
  /// At most one day is removed in an hour, by all processes together, so that a clock that is
  /// ahead for a while costs a few days and not all of them.
  public func sweepDone(keeping kept: Duration, now: Date) throws(TaskSpoolError) -> Swept {
    var swept = Swept()
    // The day of this moment may have tasks that are younger than `kept`. Earlier days don't.
    let first = DoneDay(now.addingTimeInterval(-kept.inSeconds)).text
    let done = directory(.done)
    let names: [String]
    do { names = try done.names() } catch { throw .failed(path: "\(path)/done", error) }
    let days = names.filter { DoneDay.isDay($0) && $0 < first }.sorted()
    guard !days.isEmpty, !wasChangedWithinAnHour(done, now) else { return swept }
    for day in days {
      do throws(SystemError) {
        try sweep(day, &swept.tasks)
      } catch {
        // ENOENT: the day is gone, because another drain sweeps, too.
        if error.number != ENOENT {
          swept.problems.append(.failed(path: "\(path)/done/\(day)", error))
        }
      }
      if !done.contains(day) { break }
    }
    return swept
  }

  private func sweep(_ day: String, _ count: inout Int) throws(SystemError) {
    let folder = try directory(.done).directory(day)
    var problem: SystemError?
    for name in try folder.names() where TaskName.isTask(name) {
      do throws(SystemError) {
        try folder.remove(name)
        count += 1
      } catch { problem = error }
    }
    directory(.done).removeDirectory(day)
    if let problem { throw problem }
  }

  /// Whether a day was removed or begun in the last hour.
  private func wasChangedWithinAnHour(_ done: Directory, _ now: Date) -> Bool {
    var status = stat()
    guard fstat(done.descriptor, &status) == 0 else { return false }
    return 0..<3600 ~= now.timeIntervalSince1970 - Double(status.st_mtim.tv_sec)
  }
}
