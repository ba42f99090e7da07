import Foundation

@testable import Spooling

/// The write-ahead log of a responder, as it lies on the disk while that runs.
struct LogOnDisk {
  private let folder: URL

  /// - Parameter path: of `wal/`.
  init(_ path: String) { folder = URL(filePath: path) }

  /// Whether every group in it is published, or set aside; also where there is no log.
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
    // A group that is being written is damaged as yet.
    return contents.map { $0.groups.isEmpty && $0.damages.isEmpty } ?? false
  }
}
