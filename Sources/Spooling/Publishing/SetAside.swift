import Foundation
import Glibc

/// Tasks that were acknowledged and can't be published for a while, so that the log needn't keep them: files in
/// `wal/aside/<spool>/` of the state directory, in `new/` and `failed/` as they are to be in their spool.
///
/// For the spools of `<kind>/<webhook>`, the directory is called `<kind>.<webhook>`.
final class SetAside: Sendable {
  static let name = "aside"

  private let directory: Directory
  private let path: String
  private let volume: Volume
  private let spools = Mutex<[String: Spool]>([:])

  /// Opens `aside/`, made where it is missing.
  ///
  /// - Parameter path: of `wal/`, for as long as it leads there.
  init(in wal: WALFolder, path: String) throws(SystemError) {
    directory = try WALFolder.open(Self.name, in: wal.directory, make: true)
    self.path = "\(path)/\(Self.name)"
    volume = wal.volume
  }

  /// Sets tasks of one spool aside, durably.
  func add(_ entries: [Commit.Entry], of spool: String) throws(SpoolError) {
    var publications = [Publication(entries.map { ($0, false) }, in: try open(spool))]
    Publication.complete(&publications)
    if let failure = publications[0].failure {
      spools.withLock { $0[spool] = nil }
      throw failure
    }
  }

  /// Of a spool, the names of the tasks that are set aside, in order of arrival.
  func names(of spool: String) throws(SystemError) -> [String] {
    guard let own = try find(spool) else { return [] }
    var names: [String] = []
    for place in [SpoolDirectory.new, .failed] {
      names += try own.directory(place.rawValue).names().filter {
        TaskName.isOurs($0) && !TaskName.isReason($0)
      }
    }
    return names.sorted()
  }

  /// The tasks of these names, as many of them as there still are.
  func entries(_ names: ArraySlice<String>, of spool: String) throws(SystemError) -> [Commit.Entry]
  {
    guard let own = try find(spool) else { return [] }
    let (new, failed) = (try own.directory("new"), try own.directory("failed"))
    var entries: [Commit.Entry] = []
    for name in names {
      guard let id = UUIDv7(String(name.prefix(36))) else { continue }
      let label = String(name.dropFirst(37))
      let isNew = try new.exists(name)
      let content: [UInt8]
      do {
        content = try (isNew ? new : failed).read(name, limit: Self.mostBytes)
      } catch {
        // An administrator has just dropped it.
        if error.number == ENOENT { continue } else { throw error }
      }
      var place = Commit.Place.new
      if !isNew {
        let reason = try failed.read("\(name).reason", limit: RetryRecord.limit)
        place = .failed(reason: String(decoding: reason, as: UTF8.self).trimmed)
      }
      entries.append(
        Commit.Entry(
          spool: spool, place: place, id: id, label: label == "json" ? nil : label, parts: [content]
        ))
    }
    return entries
  }

  /// Removes tasks that are in their spool by now.
  func remove(_ names: some Sequence<String>, of spool: String) throws(SystemError) {
    guard let own = try find(spool) else { return }
    for place in [SpoolDirectory.new, .failed] {
      let directory = try own.directory(place.rawValue)
      for name in names {
        // An administrator may have just dropped it.
        try directory.remove(name)
        if place == .failed { try directory.remove("\(name).reason") }
      }
      try directory.flush()
    }
  }

  /// What is set aside, by spool.
  func all() throws(SystemError) -> [String: Unpublished.Aside] {
    var all: [String: Unpublished.Aside] = [:]
    for folder in try directory.names() {
      let spool = Self.spool(of: folder)
      all[spool] = try what(of: spool)
    }
    return all
  }

  /// What is set aside of one spool.
  func what(of spool: String) throws(SystemError) -> Unpublished.Aside {
    var aside = Unpublished.Aside()
    guard let own = try find(spool) else { return aside }
    for place in [SpoolDirectory.new, .failed] {
      let directory = try own.directory(place.rawValue)
      for name in try directory.names()
      where TaskName.isOurs(name) && !TaskName.isReason(name) {
        aside.add(name, bytes: directory.size(of: name) ?? 0)
      }
    }
    return aside
  }

  /// What one task has at most, in bytes: the largest body, written as base64, and its document.
  private static let mostBytes = 1 << 30

  static func folder(of spool: String) -> String { spool.replacing("/", with: ".") }

  static func spool(of folder: String) -> String { folder.replacing(".", with: "/") }

  /// The directory of a spool; nil where nothing was ever set aside of it.
  private func find(_ spool: String) throws(SystemError) -> Directory? {
    do {
      return try directory.directory(Self.folder(of: spool))
    } catch {
      if error.number == ENOENT { return nil } else { throw error }
    }
  }

  /// The spool that stands in for another, made where it is missing and swept where it was not open.
  private func open(_ spool: String) throws(SpoolError) -> Spool {
    if let known = spools.withLock({ $0[spool] }), !known.isBroken { return known }
    let opened: Spool
    do throws(SystemError) {
      let folder = Self.folder(of: spool)
      let own = try WALFolder.open(folder, in: directory, make: true)
      for place in [SpoolDirectory.new, .failed] {
        _ = try WALFolder.open(place.rawValue, in: own, make: true)
      }
      let tmp = try WALFolder.open(SpoolDirectory.tmp.rawValue, in: own, make: true)
      for name in try tmp.names() { try tmp.unlink(name) }
      opened = Spool(
        identifier: spool, path: "\(path)/\(folder)", directory: own, tmp: tmp, volume: volume,
        fileMode: WALFolder.fileMode)
    } catch {
      throw .failed(error, spool: spool)
    }
    spools.withLock { $0[spool] = opened }
    return opened
  }
}
