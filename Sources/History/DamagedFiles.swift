import Glibc

/// The damaged files of a webhook, set aside so that they can be looked at.
struct DamagedFiles {
  /// The most that are kept: of more, the one that was set aside first is removed.
  static let most = 4
  private static let prefix = "damaged-"
  /// What SQLite keeps beside a file, and the file itself.
  private static let endings = ["-wal", "-shm", ""]

  private let folder: String

  init(of folder: String) { self.folder = folder }

  /// The paths, in the order in which they were set aside.
  var paths: [String] {
    HistoryFolder.names(in: folder)
      .filter { $0.hasPrefix(Self.prefix) && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
      .map { "\(folder)/\($0)" }
      .map { path in (path: path, moved: Self.moment(path, \.st_ctim)) }
      .sorted { ($0.moved.tv_sec, $0.moved.tv_nsec) < ($1.moved.tv_sec, $1.moved.tv_nsec) }
      .map(\.path)
  }

  /// Moves a part out of the way, never over another file.
  ///
  /// - Returns: what became of it, in words.
  func add(_ part: Part) -> String {
    let name = part.path.split(separator: "/").last ?? ""
    var number = 1
    var path: String { "\(folder)/\(Self.prefix)\(number == 1 ? "" : "\(number)-")\(name)" }
    while Self.endings.contains(where: { access(path + $0, F_OK) == 0 }) { number += 1 }
    for ending in Self.endings where rename(part.path + ending, path + ending) != 0 {
      if ending.isEmpty { return "can't be set aside: \(SystemWords.text(of: errno))" }
    }
    for path in paths.dropLast(Self.most) { Self.remove(path) }
    return "is set aside as \(path)"
  }

  /// Removes those that were last written to before a moment, in seconds since 1970; nil for all.
  func remove(before moment: Int? = nil) {
    for path in paths where moment.map({ Self.moment(path, \.st_mtim).tv_sec < $0 }) ?? true {
      Self.remove(path)
    }
  }

  private static func remove(_ path: String) {
    for ending in endings { unlink(path + ending) }
  }

  /// Returns a time of a file; the far future if it is gone.
  private static func moment(_ path: String, _ kind: KeyPath<stat, timespec>) -> timespec {
    var status = stat()
    return lstat(path, &status) == 0 ? status[keyPath: kind] : timespec(tv_sec: .max, tv_nsec: 0)
  }
}
