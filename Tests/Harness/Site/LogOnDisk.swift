import Foundation

@testable import Spooling

/// The write-ahead log of a running responder, read from the disk.
struct LogOnDisk {
  private let folder: URL

  /// - Parameter path: the path of `wal/`.
  init(_ path: String) { folder = URL(filePath: path) }

  /// Whether every group is published or set aside. True without a log.
  var isPublished: Bool {
    // A group that is being written still looks damaged.
    contents.map { $0.groups.isEmpty && $0.damages.isEmpty }
      ?? !FileManager.default.fileExists(atPath: folder.path)
  }

  /// Returns the names of a spool's tasks behind the checkpoint. A start looks for these.
  func tasks(of spool: String) -> Set<String> {
    Set(contents?.groups.flatMap(\.tasks).filter { $0.spool == .incoming(spool) }.map(\.name) ?? [])
  }

  /// What is behind the checkpoint; nil without a checkpoint.
  private var contents: WALContents? {
    guard let bytes = try? Data(contentsOf: folder.appending(path: Checkpoint.name)),
      let checkpoint = Checkpoint.latest(in: Array(bytes))
    else { return nil }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return try? WALContents(
      names.filter(WALSegment.isName).sorted(), after: checkpoint, layout: WALLayout()
    ) { name throws(SystemError) in
      (Array((try? Data(contentsOf: folder.appending(path: name))) ?? Data()), [])
    }
  }
}
