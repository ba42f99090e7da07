import FoundationEssentials
import Glibc

/// A spool as importers see it: its tasks by name and state, and the only way to claim one.
///
/// Everything is reached through descriptors of its directories, so that a link that somebody puts
/// there leads nowhere else. Several processes may have the spool open.
public final class TaskSpool: Sendable {
  /// The path of the spool, as it was given.
  public let path: String
  /// The incoming configuration of the spool: the last part of its path.
  public let identifier: String
  private let directories: [TaskState: Directory]

  /// Opens the directories of a spool.
  ///
  /// - Parameter path: `<spool>/<incoming>`. The administrator answers for links on the way.
  /// - Throws: `unusable` if one of the directories can't be opened.
  public init(path: String) throws(TaskSpoolError) {
    self.path = path
    identifier = String(path.split(separator: "/").last ?? "")
    var directories: [TaskState: Directory] = [:]
    do {
      let spool = try Directory(path: path, on: LinuxFileSystem())
      for state in TaskState.allCases { directories[state] = try spool.directory(state.rawValue) }
    } catch {
      throw .unusable(path: path, error)
    }
    self.directories = directories
  }

  func directory(_ state: TaskState) -> Directory {
    guard let directory = directories[state] else { preconditionFailure("all are opened") }
    return directory
  }

  /// Returns the directory that a task's file lies in.
  func directory(of place: TaskPlace) throws(SystemError) -> Directory {
    let directory = directory(place.state)
    return if let day = place.day { try directory.directory(day) } else { directory }
  }

  /// Returns the tasks in one state, in order of arrival.
  public func places(in state: TaskState) throws(TaskSpoolError) -> [TaskPlace] {
    do throws(SystemError) {
      switch state {
      case .new, .retry, .failed:
        return try names(in: directory(state)).map { TaskPlace(state, $0) }
      case .cur:
        let claims = try directory(.cur).names().compactMap { name -> TaskPlace? in
          if TaskName.isTask(name) { return TaskPlace(.cur, name) }
          return TaskName.taskOfClaim(name).map { TaskPlace(.cur, $0, isDrains: true) }
        }
        return claims.sorted { $0.name < $1.name }
      case .done:
        var places: [TaskPlace] = []
        for day in try directory(.done).names() where DoneDay.isDay(day) {
          guard let kept = try? directory(.done).directory(day) else { continue }
          places += try names(in: kept).map { TaskPlace(.done, $0, day: day) }
        }
        return places.sorted { $0.name < $1.name }
      }
    } catch {
      throw .unusable(path: "\(path)/\(state.rawValue)", error)
    }
  }

  /// Whether something lies at a place, whatever it is.
  public func contains(_ place: TaskPlace) -> Bool {
    (try? directory(of: place).contains(place.file)) ?? false
  }

  private func names(in directory: Directory) throws(SystemError) -> [String] {
    try directory.names().filter(TaskName.isTask).sorted()
  }

  /// Returns the record of earlier attempts at a task; nil if there were none.
  public func record(of name: String) -> RetryRecord? {
    directory(.retry).text(TaskName.record(of: name), limit: RetryRecord.limit)
      .flatMap { RetryRecord($0) }
  }

  /// Returns why a task in `failed/` was given up; empty without a reason.
  public func reason(of name: String) -> String {
    let text = directory(.failed).text(TaskName.reason(of: name), limit: RetryRecord.limit) ?? []
    return String(decoding: text, as: UTF8.self).trimmed
  }

  /// Returns the user and group that the spool belongs to.
  public func owner() throws(TaskSpoolError) -> SystemUser {
    var status = stat()
    // The group of new/ is the one that importers' files must have.
    guard fstat(directory(.new).descriptor, &status) == 0 else {
      throw .unusable(path: path, SystemError(.fstat, errno))
    }
    return SystemUser(user: status.st_uid, group: status.st_gid)
  }
}

/// Why an importer can't use a spool or one of its tasks.
public enum TaskSpoolError: Error, Sendable, Equatable {
  /// The spool is missing, has a link in place of a directory, or belongs to somebody else.
  case unusable(path: String, SystemError)
  /// A call on a task's file failed. Another task may succeed.
  case failed(path: String, SystemError)
  /// A task can't be there, because a link, a FIFO or a directory is.
  case noTask(path: String, reason: String)

  /// Whether this user may not read the task. That may pass: its group may be about to change.
  public var isForbidden: Bool {
    guard case .failed(_, let error) = self else { return false }
    return error.number == EACCES || error.number == EPERM
  }
}

extension TaskSpoolError: CustomStringConvertible {
  /// The error in words, with the path.
  public var description: String {
    switch self {
    case .unusable(let path, let error):
      error.number == ENOENT ? "there is no spool at \(path)" : "\(path) can't be used: \(error)"
    case .failed(let path, let error): "\(path): \(error)"
    case .noTask(let path, let reason): "\(path) isn't a task: \(reason)"
    }
  }
}
