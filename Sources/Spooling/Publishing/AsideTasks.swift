import Bytes
import FoundationEssentials
import Glibc

/// The tasks that a responder has set aside, for administrators: they were acknowledged and can't
/// be published for a while.
///
/// A responder may work on them at the same time. A task that vanishes between two calls is in its
/// spool; that isn't an error.
public struct AsideTasks: Sendable {
  /// A task that is set aside.
  public struct Item: Sendable, Equatable {
    /// The spool that the task belongs to.
    public let spool: SpoolID
    /// The name of the task's file, here and in its spool.
    public let name: String
    /// Whether the task belongs in `failed/` of its spool, not into `new/`.
    public let isFailed: Bool
    /// The bytes of the task's file.
    public let bytes: Int

    /// The task's id, as its name says.
    public var id: String { String(name.prefix(36)) }
    /// When the task arrived, by its name; nil for a name that this program didn't make.
    public var arrival: Date? { TaskName.arrival(name) }
    /// The path of the task's file within the directory of everything that is set aside.
    public var path: String { "\(SetAside.folder(of: spool))/\(place.rawValue)/\(name)" }
    fileprivate var place: SpoolDirectory { isFailed ? .failed : .new }
  }

  /// A copy of a segment of the write-ahead log that could not be read.
  public struct Damage: Sendable, Equatable, Codable {
    /// The path of the copy.
    public let path: String
    /// The bytes of the copy.
    public let bytes: Int
  }

  /// How copying a task ended: the copy was made, it was there before, or the task is gone.
  public enum Copying: Sendable { case copied, present, gone }

  /// The directory of everything that is set aside, with a directory for each spool.
  public let path: String
  private let wal: Directory?
  private let aside: Directory?

  /// Looks into a state directory, and makes nothing in it. Without a write-ahead log, nothing is
  /// set aside.
  public init(state: String) throws(SystemError) {
    let folder = "\(state)/\(WALFolder.name)"
    path = "\(folder)/\(SetAside.name)"
    let state = try Directory(path: state, on: LinuxFileSystem())
    wal = try Self.directory(WALFolder.name, in: state)
    aside = try Self.directory(SetAside.name, in: wal)
  }

  /// Returns the spools that have tasks set aside, sorted by name.
  public func spools() throws(SystemError) -> [SpoolID] {
    var spools: [SpoolID] = []
    for folder in try aside?.names().sorted() ?? [] {
      let spool = SetAside.spool(of: folder)
      if try !items(of: spool).isEmpty { spools.append(spool) }
    }
    return spools
  }

  /// Returns the tasks of a spool that are set aside, in order of arrival.
  public func items(of spool: SpoolID) throws(SystemError) -> [Item] {
    let folder = SetAside.folder(of: spool)
    // A name that someone typed could lead into another directory, or into another spool's.
    guard SetAside.spool(of: folder) == spool, let own = try Self.directory(folder, in: aside)
    else { return [] }
    var items: [Item] = []
    for place in [SpoolDirectory.new, .failed] {
      guard let directory = try Self.directory(place.rawValue, in: own) else { continue }
      for name in try directory.names()
      where TaskName.isOurs(name) && !TaskName.isReason(name) && name != TaskName.probe {
        guard let bytes = directory.size(of: name) else { continue }
        items.append(Item(spool: spool, name: name, isFailed: place == .failed, bytes: bytes))
      }
    }
    return items.sorted { $0.name < $1.name }
  }

  /// Returns the header of a task's document; nil if the file isn't a task document, or is gone.
  public func header(of item: Item) -> TaskHeader? {
    (try? folder(of: item)).flatMap { try? TaskFile(item.name, in: $0) }.flatMap { TaskHeader($0) }
  }

  /// Returns why a task belongs in `failed/`; nil if its reason is missing.
  public func reason(of item: Item) -> String? {
    guard item.isFailed else { return nil }
    return (try? folder(of: item))
      .flatMap { $0.text(TaskName.reason(of: item.name), limit: RetryRecord.limit) }
      .map { String(decoding: $0, as: UTF8.self).trimmed }
  }

  /// Returns the copies of segments that could not be read.
  public func damages() throws(SystemError) -> [Damage] {
    guard let wal else { return [] }
    return try wal.names().sorted().compactMap { name in
      guard name.hasPrefix(WALFolder.damagePrefix), let bytes = wal.size(of: name) else {
        return nil
      }
      return Damage(path: "\(path.dropLast(SetAside.name.count + 1))/\(name)", bytes: bytes)
    }
  }

  /// Copies a task's file, and the reason beside a task for `failed/`. Removes nothing.
  public func copy(_ item: Item, to folder: ExportFolder) throws(ExportFolder.Failure) -> Copying {
    let bytes: [UInt8]
    do {
      guard let own = try self.folder(of: item) else { return .gone }
      let file = try TaskFile(item.name, in: own)
      bytes = try file.read(0..<file.size)
    } catch {
      if error.number == ENOENT { return .gone }
      throw .unreadable("\(path)/\(item.path)", error)
    }
    if let reason = reason(of: item) {
      _ = try folder.add(Array("\(reason)\n".utf8), as: TaskName.reason(of: item.name))
    }
    return try folder.add(bytes, as: item.name) ? .copied : .present
  }

  /// Removes tasks for good. They are gone durably when this returns.
  ///
  /// - Returns: how many of them were still there.
  public func drop(_ items: [Item]) throws(SystemError) -> Int {
    var count = 0
    for (_, items) in Dictionary(grouping: items, by: { "\($0.spool) \($0.place)" }) {
      guard let first = items.first, let folder = try folder(of: first) else { continue }
      for item in items {
        do {
          try folder.unlink(item.name)
          count += 1
        } catch {
          if error.number != ENOENT { throw error }
        }
        if item.isFailed { try folder.remove(TaskName.reason(of: item.name)) }
      }
      try folder.flush()
    }
    return count
  }

  private func folder(of item: Item) throws(SystemError) -> Directory? {
    let own = try Self.directory(SetAside.folder(of: item.spool), in: aside)
    return try Self.directory(item.place.rawValue, in: own)
  }

  /// Opens a directory; nil if something else is there, such as a link, or nothing.
  private static func directory(
    _ name: String, in parent: Directory?
  ) throws(SystemError) -> Directory? {
    do {
      return try parent?.directory(name)
    } catch {
      if [ENOENT, ENOTDIR, ELOOP].contains(error.number) { return nil }
      throw error
    }
  }
}

/// Counts now and then what is set aside, since an administrator may drop tasks while the spool's
/// publisher pauses or hangs. Only one thread may use it.
final class AsideLook: Sendable {
  private let due = Mutex(ContinuousClock.now)

  /// Counts what is set aside of each spool, if `interval` has passed since the last count. The
  /// interval grows to 50 times what that count took, so that counting takes at most 2% of a core.
  func look(at aside: SetAside, _ unpublished: Unpublished, every interval: Duration) {
    let begun = ContinuousClock.now
    guard due.withLock({ begun >= $0 }) else { return }
    for (spool, before) in unpublished.aside {
      // A spool that can't be counted keeps its last count.
      if let what = try? aside.what(of: spool) {
        unpublished.note(what, of: spool, insteadOf: before)
      }
    }
    let end = ContinuousClock.now
    due.withLock { $0 = end + max(interval, (end - begun) * 50) }
  }
}
