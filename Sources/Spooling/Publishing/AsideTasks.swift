import Foundation
import Glibc

/// What a responder has set aside, for administrators: tasks that were acknowledged and can't be published for a while.
///
/// A responder may be at them meanwhile: what vanishes between two calls is in its spool, and no error.
public struct AsideTasks: Sendable {
  /// A task that is set aside.
  public struct Item: Sendable, Equatable {
    /// An incoming configuration, or `<kind>/<webhook>` for what lies in the state directory.
    public let spool: String
    /// The name of its file, which it keeps in its spool.
    public let name: String
    /// Whether it is to be in `failed/` of its spool, and not in `new/`.
    public let isFailed: Bool
    /// Of the file.
    public let bytes: Int

    public var id: String { String(name.prefix(36)) }
    /// When it arrived, as its name says.
    public var arrival: Date? { TaskName.arrival(name) }
    /// Within the directory of all that is set aside.
    public var path: String { "\(SetAside.folder(of: spool))/\(place.rawValue)/\(name)" }
    fileprivate var place: SpoolDirectory { isFailed ? .failed : .new }
  }

  /// A copy of a segment of the log that could not be read.
  public struct Damage: Sendable, Equatable, Codable {
    public let path: String
    public let bytes: Int
  }

  /// How the copy of a task ended.
  public enum Copying: Sendable { case copied, present, gone }

  /// Where all of it lies: a directory a spool.
  public let path: String
  private let wal: Directory?
  private let aside: Directory?

  /// Looks into a state directory, and makes nothing there. Without a write-ahead log, nothing is set aside.
  public init(state: String) throws(SystemError) {
    let folder = "\(state)/\(WALFolder.name)"
    path = "\(folder)/\(SetAside.name)"
    let state = try Directory(path: state, on: LinuxFileSystem())
    wal = try Self.directory(WALFolder.name, in: state)
    aside = try Self.directory(SetAside.name, in: wal)
  }

  /// The spools that have tasks set aside, by name.
  public func spools() throws(SystemError) -> [String] {
    var spools: [String] = []
    for folder in try aside?.names().sorted() ?? [] {
      let spool = SetAside.spool(of: folder)
      if try !items(of: spool).isEmpty { spools.append(spool) }
    }
    return spools
  }

  /// The tasks of a spool that are set aside, in order of arrival.
  public func items(of spool: String) throws(SystemError) -> [Item] {
    // What the names of spools can't be made of would lead elsewhere.
    guard !spool.contains("."), let own = try Self.directory(SetAside.folder(of: spool), in: aside)
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

  /// What the document of a task says about itself; nil of one that is no task document, or is gone.
  public func header(of item: Item) -> TaskHeader? {
    (try? folder(of: item)).flatMap { try? TaskFile(item.name, in: $0) }.flatMap { TaskHeader($0) }
  }

  /// Why a task is to be in `failed/`; nil where nothing says so.
  public func reason(of item: Item) -> String? {
    guard item.isFailed else { return nil }
    return (try? folder(of: item))
      .flatMap { $0.text(TaskName.reason(of: item.name), limit: RetryRecord.limit) }
      .map { String(decoding: $0, as: UTF8.self).trimmed }
  }

  /// The copies of segments that could not be read.
  public func damages() throws(SystemError) -> [Damage] {
    guard let wal else { return [] }
    return try wal.names().sorted().compactMap { name in
      guard name.hasPrefix(WALFolder.damagePrefix), let bytes = wal.size(of: name) else {
        return nil
      }
      return Damage(path: "\(path.dropLast(SetAside.name.count + 1))/\(name)", bytes: bytes)
    }
  }

  /// Copies a task's file, and what stands beside it in `failed/`. Removes nothing.
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
  /// - Returns: how many there still were.
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

  /// A directory; nil where something else stands, a link too, or nothing.
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
