import Bytes
import FoundationEssentials
import Glibc

/// Tasks that were acknowledged and can't be published for a while, so that the log needn't keep
/// them.
///
/// They are files in `wal/aside/<spool>/` of the state directory, in `new/` or `failed/` as in
/// their spool. The directory is called like the spool's path, with a dot for each slash.
final class SetAside: Sendable {
  static let name = "aside"

  private let directory: Directory
  private let path: String
  private let volume: Volume
  private let spools = Mutex<[SpoolID: Spool]>([:])

  /// Opens `aside/`, and makes it if it is missing. `path` is the path at which `wal/` should be
  /// found.
  init(in wal: WALFolder, path: String) throws(SystemError) {
    directory = try WALFolder.open(Self.name, in: wal.directory, make: true)
    self.path = "\(path)/\(Self.name)"
    volume = wal.volume
  }

  /// Sets tasks of one spool aside, durably.
  func add(_ entries: [Commit.Entry], of spool: SpoolID) throws(SpoolError) {
    var publications = [Publication(entries.map { ($0, false) }, in: try open(spool))]
    Publication.complete(&publications)
    if let failure = publications[0].failure {
      spools.withLock { $0[spool] = nil }
      throw failure
    }
  }

  /// A task that is set aside, and the bytes of its file.
  typealias Task = (name: String, bytes: Int)

  /// Returns the tasks of a spool that are set aside, in order of arrival.
  func tasks(of spool: SpoolID) throws(SystemError) -> [Task] {
    var tasks: [Task] = []
    for place in try places(of: spool) {
      for name in try Self.tasks(in: place.directory) {
        tasks.append((name, place.directory.size(of: name) ?? 0))
      }
    }
    return tasks.sorted { $0.name < $1.name }
  }

  /// Returns those of these tasks that are still there.
  func entries(_ tasks: [Task], of spool: SpoolID) throws(SystemError) -> [Commit.Entry] {
    var entries: [Commit.Entry] = []
    for place in try places(of: spool) {
      for (name, _) in tasks where try place.directory.exists(name) {
        guard let id = UUIDv7(String(name.prefix(36))) else { continue }
        let label = String(name.dropFirst(37))
        entries.append(
          Commit.Entry(
            spool: spool, place: try Self.commitPlace(of: name, in: place), id: id,
            label: label == "json" ? nil : label,
            parts: [try place.directory.read(name, limit: Self.mostBytes)]))
      }
    }
    return entries
  }

  private static func commitPlace(
    of name: String, in place: Place
  ) throws(SystemError) -> Commit.Place {
    if place.kind == .new { return .new }
    let reason = try place.directory.read("\(name).reason", limit: RetryRecord.limit)
    return .failed(reason: String(decoding: reason, as: UTF8.self).trimmed)
  }

  /// Removes tasks that have been published into their spool.
  func remove(_ names: some Sequence<String>, of spool: SpoolID) throws(SystemError) {
    for place in try places(of: spool) {
      for name in names {
        try place.directory.remove(name)
        if place.kind == .failed { try place.directory.remove("\(name).reason") }
      }
      try place.directory.flush()
    }
  }

  /// Returns what is set aside, by spool, when the log is opened. The names are flushed first: a
  /// process that was killed may have left them unflushed, and the log lets go of what is here.
  func all() throws(SystemError) -> [SpoolID: Unpublished.Aside] {
    var all: [SpoolID: Unpublished.Aside] = [:]
    try directory.flush()
    for folder in try directory.names() {
      let spool = Self.spool(of: folder)
      for place in try places(of: spool) {
        try place.parent.flush()
        try place.directory.flush()
      }
      all[spool] = try what(of: spool)
    }
    return all
  }

  /// Returns what is set aside of one spool.
  func what(of spool: SpoolID) throws(SystemError) -> Unpublished.Aside {
    var aside = Unpublished.Aside()
    for (name, bytes) in try tasks(of: spool) { aside.add(name, bytes: bytes) }
    return aside
  }

  private static func tasks(in directory: Directory) throws(SystemError) -> [String] {
    try directory.names().filter { TaskName.isOurs($0) && !TaskName.isReason($0) }
  }

  /// The most bytes of one task's file: the largest body in base64, and its document.
  private static let mostBytes = 1 << 30

  /// Returns the name of the directory for a spool's tasks.
  static func folder(of spool: SpoolID) -> String { spool.path.replacing("/", with: ".") }

  /// Returns the spool that a directory is for. Only the first dot is a slash of the path: the name
  /// of a spool of records has another one.
  static func spool(of folder: String) -> SpoolID {
    SpoolID(path: folder.replacing(".", with: "/", maxReplacements: 1))
  }

  private struct Place {
    let parent: Directory
    let kind: SpoolDirectory
    let directory: Directory
  }

  /// Returns the directories of a spool that tasks are in. A directory is missing if nothing of the
  /// spool was ever set aside, or if a crash came while it was made.
  private func places(of spool: SpoolID) throws(SystemError) -> [Place] {
    var places: [Place] = []
    for kind in [SpoolDirectory.new, .failed] {
      do throws(SystemError) {
        let own = try directory.directory(Self.folder(of: spool))
        let place = try own.directory(kind.rawValue)
        places.append(Place(parent: own, kind: kind, directory: place))
      } catch {
        // An administrator may have put something else there. No task is set aside in it.
        if ![ENOENT, ENOTDIR, ELOOP].contains(error.number) { throw error }
      }
    }
    return places
  }

  /// Opens the directory in which a spool's tasks are set aside. It is made if it is missing, and
  /// swept when it is opened.
  private func open(_ spool: SpoolID) throws(SpoolError) -> Spool {
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
