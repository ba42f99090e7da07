import Bytes
import FoundationEssentials
import Glibc
import Synchronization

/// A task that one process has to itself.
///
/// Its file is open and locked until the claim is ended, or until the process and the command that
/// it handed the file to have ended, in whichever way.
///
/// Each claim is ended once, by `finish`, `postpone`, `giveUp`, `release` or `restart`. Every move
/// is one rename, which never replaces a file. A task that came twice, which may happen after a
/// crash, meets its own name then, and the two become one.
public final class Claim: Sendable {
  /// The spool of the task.
  public let spool: TaskSpool
  /// Where the task's file is until the claim is ended.
  public let place: TaskPlace
  /// The record of earlier attempts; nil if there were none.
  public let record: RetryRecord?
  let file: TaskFile

  init(_ file: TaskFile, at place: TaskPlace, of spool: TaskSpool) {
    self.file = file
    self.place = place
    self.spool = spool
    // This is read under the lock, after the last owner of the task has written it.
    record = spool.record(of: place.name)
  }

  /// The task's file, for reading. A command that gets it as its input holds the lock as well.
  public var descriptor: Descriptor { file.descriptor }

  /// The path of the task's file.
  public var path: String { "\(spool.path)/\(place.path)" }

  /// The header of the document; nil if the file isn't a task document.
  public var header: TaskHeader? { TaskHeader(file) }

  /// The trace that the delivery of the task or record belongs to; nil if its file says none.
  public var trace: TraceContext? {
    // A record without the body has no header.
    if let header { return header.trace }
    return (try? bytes()).flatMap { TaskHeader.trace(in: $0) }
  }

  /// Returns the sender's exact bytes.
  ///
  /// - Throws: `damaged` if their length or hash isn't the one that the document says.
  public func body() throws(TaskBodyError) -> [UInt8] { try TaskBody.read(file) }

  /// Returns the JSON value that stands for the body in the file.
  public func bodyValue() throws(TaskBodyError) -> [UInt8] { try TaskBody.value(file) }

  /// Returns the whole file.
  public func bytes() throws(TaskSpoolError) -> [UInt8] {
    do { return try file.read(0..<file.size) } catch { throw .failed(path: path, error) }
  }

  /// Ends the claim of a task that is done. Its file is removed, or kept in `done/` under a day.
  public func finish(keepingUnder day: DoneDay? = nil) throws(TaskSpoolError) {
    try end { () throws(SystemError) in
      if let day {
        try move(to: try day.directory(in: spool.directory(.done)))
      } else {
        try spool.directory(of: place).unlink(place.file)
      }
      if place.state != .done { spool.noteEnd(of: place, at: Date()) }
      try forget()
    }
  }

  /// Ends the claim of a task that will be tried again later. The task waits in `retry/`.
  public func postpone(_ record: RetryRecord) throws(TaskSpoolError) {
    try end { () throws(SystemError) in
      try spool.directory(.retry).put(record.bytes, as: TaskName.record(of: place.name))
      try move(to: spool.directory(.retry))
    }
  }

  /// Ends the claim of a task that is given up.
  ///
  /// The reason is written into `failed/`, then the task is moved there. A task that lies there
  /// already stays. The reason of an earlier failure is appended to the new one.
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
    // The task failed again for the same reason, which is written once.
    if place.state == .failed, "\(earlier)\n\n".hasPrefix("\(reason)\n\n") { return earlier }
    return "\(reason)\n\nbefore it was retried by hand:\n\(earlier)"
  }

  /// Ends the claim and puts the task back into `new/`. `record` replaces the record of earlier
  /// attempts; nil leaves the record as it is.
  public func release(_ record: RetryRecord? = nil) throws(TaskSpoolError) {
    try end { () throws(SystemError) in
      if let record {
        try spool.directory(.retry).put(record.bytes, as: TaskName.record(of: place.name))
      }
      try move(to: spool.directory(.new))
    }
  }

  /// Ends the claim and puts the task back into `new/` as if it had never been tried. The reason of
  /// its failure stays on record.
  public func restart() throws(TaskSpoolError) {
    let reason = place.state == .failed ? spool.reason(of: place.name) : record?.reason ?? ""
    let earlier = reason.isEmpty ? record?.earlier : reason
    try release(RetryRecord(reason: reason, earlier: earlier))
    try? spool.directory(.failed).remove(TaskName.reason(of: place.name))
  }

  /// Removes the files beside the task.
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
    // A task that was locked where it lies may be in the target already.
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
  /// Whether a move met the name of the moved task itself: the responder gives each name once.
  func isDuplicate(_ name: String) -> Bool { number == EEXIST && TaskName.isOurs(name) }
}
