import FoundationEssentials
import Glibc

extension TaskSpool {
  /// Claims a task for a drain: the task is moved into `cur/`, locked, under a name that other
  /// drains recognise.
  ///
  /// The lock is taken before the file is moved. So a drain's claim without a lock has been left by
  /// a drain that died.
  ///
  /// - Returns: nil if another process was faster, or has the task locked.
  public func claim(_ place: TaskPlace) throws(TaskSpoolError) -> Claim? {
    try claim(place, as: TaskPlace(.cur, place.name, isDrains: true))
  }

  /// Claims a task as a foreign importer does, by a rename into `cur/` alone. The lock ends with
  /// this process; the claim does not.
  ///
  /// - Returns: nil if another process was faster, or has the task locked.
  public func claimPlainly(_ place: TaskPlace) throws(TaskSpoolError) -> Claim? {
    try claim(place, as: TaskPlace(.cur, place.name))
  }

  /// Claims the next task plainly: the first in `new/`, or else one in `retry/` that is due.
  ///
  /// A file that can't be a task, or has a name that is dangerous to print, is put into `failed/`.
  ///
  /// - Returns: nil if there isn't a task at the moment.
  /// - Throws: `TaskSpoolError`, also if all the tasks are ones that this user may not read.
  public func claimNextPlainly(now: Date) throws(TaskSpoolError) -> Claim? {
    var forbidden: TaskSpoolError?
    if let claim = try claimFirst(of: try places(in: .new), &forbidden) { return claim }
    let due = try places(in: .retry).filter { place in
      record(of: place.name)?.isDue(at: now, within: RetryRecord.longestWait) ?? true
    }
    if let claim = try claimFirst(of: due, &forbidden) { return claim }
    if let forbidden { throw forbidden }
    return nil
  }

  /// Claims the first task that can be claimed, and puts files that can't be tasks into `failed/`.
  /// `forbidden` is set to the first error of a task that this user may not read.
  private func claimFirst(
    of places: [TaskPlace], _ forbidden: inout TaskSpoolError?
  ) throws(TaskSpoolError) -> Claim? {
    for place in places {
      if !place.isNamedPlainly {
        try reject(place, reason: "its name has control characters in it")
        continue
      }
      do throws(TaskSpoolError) {
        if let claim = try claimPlainly(place) { return claim }
      } catch {
        if error.isForbidden {
          forbidden = forbidden ?? error
          continue
        }
        guard case .noTask(_, let reason) = error else { throw error }
        try reject(place, reason: reason)
      }
    }
    return nil
  }

  /// Locks a task where it lies.
  ///
  /// - Returns: nil if it is gone, or if another process has it locked.
  public func hold(_ place: TaskPlace) throws(TaskSpoolError) -> Claim? {
    try lock(place).map { Claim($0, at: place, of: self) }
  }

  /// Returns a task's whole file without claiming it; nil if it is gone.
  public func bytes(of place: TaskPlace) throws(TaskSpoolError) -> [UInt8]? {
    guard let file = try open(place) else { return nil }
    do { return try file.read(0..<file.size) } catch {
      throw .failed(path: "\(path)/\(place.path)", error)
    }
  }

  /// Puts a file that can't be a task into `failed/`, so that it isn't found again and again.
  public func reject(_ place: TaskPlace, reason: String) throws(TaskSpoolError) {
    do throws(SystemError) {
      let failed = directory(.failed)
      try failed.put(Array("\(reason)\n".utf8), as: TaskName.reason(of: place.name))
      try directory(of: place).move(place.file, to: failed, as: place.name)
    } catch {
      if error.number != ENOENT { throw .failed(path: "\(path)/\(place.path)", error) }
    }
  }

  /// Removes whatever lies at a place, and the files beside it.
  public func discard(_ place: TaskPlace) throws(TaskSpoolError) {
    do throws(SystemError) {
      let directory = try directory(of: place)
      try directory.remove(place.file)
      if place.state == .failed { try directory.remove(TaskName.reason(of: place.name)) }
      try self.directory(.retry).remove(TaskName.record(of: place.name))
    } catch {
      throw .failed(path: "\(path)/\(place.path)", error)
    }
  }

  /// Removes a task, or whatever lies in its place, and the files beside it.
  ///
  /// - Returns: false if it is gone, or if another process has it locked.
  public func purge(_ place: TaskPlace) throws(TaskSpoolError) -> Bool {
    do throws(TaskSpoolError) {
      guard let claim = try hold(place) else { return false }
      try claim.finish()
    } catch {
      if case .noTask = error {} else if !error.isForbidden { throw error }
      try discard(place)
    }
    if let day = place.day { directory(.done).removeDirectory(day) }
    return true
  }

  private func claim(
    _ place: TaskPlace, as claimed: TaskPlace
  ) throws(TaskSpoolError) -> Claim? {
    guard let file = try lock(place) else { return nil }
    do throws(SystemError) {
      try directory(of: place).move(place.file, to: directory(.cur), as: claimed.file)
    } catch {
      if error.number == ENOENT { return nil }
      if error.isDuplicate(place.name) {
        // The task is claimed already: this is the same task, which came a second time.
        try? directory(of: place).unlink(place.file)
        return nil
      }
      throw .failed(path: "\(path)/\(place.path)", error)
    }
    return Claim(file, at: claimed, of: self)
  }

  /// Opens and locks a task's file; nil if it is gone, or another process has it locked.
  private func lock(_ place: TaskPlace) throws(TaskSpoolError) -> TaskFile? {
    guard let file = try open(place) else { return nil }
    do throws(SystemError) {
      guard try file.lock() else { return nil }
      // This is checked under the lock: from then on, no process that respects the lock moves the
      // file. If another file has got the name in between, the lock isn't on that one.
      return file.isAt(place.file, in: try directory(of: place)) ? file : nil
    } catch {
      throw .failed(path: "\(path)/\(place.path)", error)
    }
  }

  /// Opens a task's file; nil if it is gone.
  func open(_ place: TaskPlace) throws(TaskSpoolError) -> TaskFile? {
    do {
      return try TaskFile(place.file, in: try directory(of: place))
    } catch {
      let path = "\(path)/\(place.path)"
      switch error.number {
      case ENOENT: return nil
      case ELOOP: throw .noTask(path: path, reason: "a link, a FIFO or a directory lies there")
      default:
        let error = TaskSpoolError.failed(path: path, error)
        let isFile = (try? directory(of: place))?.size(of: place.file) != nil
        if error.isForbidden, !isFile {
          throw .noTask(path: path, reason: "what lies there isn't a regular file")
        }
        throw error
      }
    }
  }
}
