import Foundation

@testable import Spooling

/// The write-ahead log of a running responder, read from the disk.
struct LogOnDisk {
  private let folder: URL

  /// - Parameter path: the path of `wal/`.
  init(_ path: String) { folder = URL(filePath: path) }

  /// Whether every group is published or set aside. True without a log.
  var isPublished: Bool {
    guard let bytes = try? Data(contentsOf: folder.appending(path: Checkpoint.name)),
      let checkpoint = Checkpoint.latest(in: Array(bytes))
    else { return !FileManager.default.fileExists(atPath: folder.path) }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let contents = try? WALContents(
      names.filter(WALSegment.isName).sorted(), after: checkpoint, layout: WALLayout()
    ) { name throws(SystemError) in
      (Array((try? Data(contentsOf: folder.appending(path: name))) ?? Data()), [])
    }
    // A group that is being written still looks damaged.
    return contents.map { $0.groups.isEmpty && $0.damages.isEmpty } ?? false
  }
}
