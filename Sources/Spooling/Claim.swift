import Foundation
import Glibc
import Synchronization

/// A task that one process has to itself: its file is open and locked until this ends the claim, or the
/// process and the command that it handed the file to are gone, however they end.
///
/// Each claim is ended once, by one of `finish`, `postpone`, `giveUp`, `release` and `restart`. Every
/// move is one rename, which never replaces a file. A task that came twice, as it may after a crash, meets its own name
/// then, and becomes one.
public final class Claim: Sendable {
  public let spool: TaskSpool
  /// Where the task's file is until the claim is ended.
  public let place: TaskPlace
  /// What is known of earlier attempts; nil if there were none.
  public let record: RetryRecord?
  let file: TaskFile

  init(_ file: TaskFile, at place: TaskPlace, of spool: TaskSpool) {
    self.file = file
    self.place = place
    self.spool = spool
    // Behind the lock: whoever had the task before has written what it had to say.
    record = spool.record(of: place.name)
  }

  /// The task's file, for reading. A command that gets it as its input holds the lock as well.
  public var descriptor: Descriptor { file.descriptor }

  /// The path of the task's file.
  public var path: String { "\(spool.path)/\(place.path)" }

  /// What the document says about itself; nil where the file is no task document.
  public var header: TaskHeader? { TaskHeader(file) }

  /// The sender's exact bytes.
  public func body() throws(TaskBodyError) -> [UInt8] { try TaskBody.read(file) }

  /// The JSON value that stands for the body, as it stands in the file.
  public func bodyValue() throws(TaskBodyError) -> [UInt8] { try TaskBody.value(file) }

  /// The whole file.
  public func bytes() throws(TaskSpoolError) -> [UInt8] {
    do { return try file.read(0..<file.size) } catch { throw .failed(path: path, error) }
  }

  /// The task is done: its file is removed, or kept in `done/` under a day.
  public func finish(keepingUnder day: DoneDay? = nil) throws(TaskSpoolError) {
    try end { () throws(SystemError) in
      if let day {
        try move(to: try day.directory(in: spool.directory(.done)))
      } else {
        try spool.directory(of: place).unlink(place.file)
      }
      try forget()
    }
  }

  /// Another attempt is due later: the task waits in `retry/`.
  public func postpone(_ record: RetryRecord) throws(TaskSpoolError) {
    try end { () throws(SystemError) in
      try spool.directory(.retry).put(record.bytes, as: TaskName.record(of: place.name))
      try move(to: spool.directory(.retry))
    }
  }

  /// The task goes to `failed/`, with the reason beside it, before it; or stays there, if it failed again
  /// where it lies. Why it had failed before stands below.
  public func giveUp(_ reason: String) throws(TaskSpoolError) {
    try end { () throws(SystemError) in
      let bytes = Array(wholeReason(reason.trimmed).utf8.prefix(RetryRecord.limit / 2))
      try spool.directory(.failed).put(
        bytes + [UInt8(ascii: "\n")], as: TaskName.reason(of: place.name))
      try move(to: spool.directory(.failed))
      try spool.directory(.retry).remove(TaskName.record(of: place.name))
    }
  }

  private func wholeReason(_ reason: String) -> String {
    let earlier = place.state == .failed ? spool.reason(of: place.name) : record?.earlier ?? ""
    if earlier.isEmpty { return reason }
    // The same once more, where it lies, says nothing new.
    if place.state == .failed, "\(earlier)\n\n".hasPrefix("\(reason)\n\n") { return earlier }
    return "\(reason)\n\nbefore it was retried by hand:\n\(earlier)"
  }

  /// The task goes back to `new/`.
  ///
  /// - Parameter record: replaces what is known of earlier attempts; nil leaves it.
  public func release(_ record: RetryRecord? = nil) throws(TaskSpoolError) {
    try end { () throws(SystemError) in
      if let record {
        try spool.directory(.retry).put(record.bytes, as: TaskName.record(of: place.name))
      }
      try move(to: spool.directory(.new))
    }
  }

  /// The task goes back to `new/` as if it was never tried; what it failed with is kept on record.
  public func restart() throws(TaskSpoolError) {
    let reason = place.state == .failed ? spool.reason(of: place.name) : record?.reason ?? ""
    let earlier = reason.isEmpty ? record?.earlier : reason
    try release(RetryRecord(reason: reason, earlier: earlier))
    try? spool.directory(.failed).remove(TaskName.reason(of: place.name))
  }

  /// Removes what was written beside the task.
  private func forget() throws(SystemError) {
    if record != nil || place.state == .retry {
      try spool.directory(.retry).remove(TaskName.record(of: place.name))
    }
    if place.state == .failed {
      try spool.directory(.failed).remove(TaskName.reason(of: place.name))
    }
  }

  private func move(to target: Directory) throws(SystemError) {
    let directory = try spool.directory(of: place)
    // It may be there already: a task that is locked where it lies.
    if directory === target { return }
    do throws(SystemError) {
      try directory.move(place.file, to: target, as: place.name)
    } catch {
      guard error.isDuplicate(place.name) else { throw error }
      try directory.unlink(place.file)
    }
  }

  private func end(_ body: () throws(SystemError) -> Void) throws(TaskSpoolError) {
    defer { file.unlock() }
    do { try body() } catch { throw .failed(path: path, error) }
  }
}

extension SystemError {
  /// Whether a move met the name of the very task that was moved: ours are given once.
  func isDuplicate(_ name: String) -> Bool { number == EEXIST && TaskName.isOurs(name) }
}
