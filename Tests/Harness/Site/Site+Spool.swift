import Foundation
import Testing

/// A site as an importer sees it.
extension Site {
  /// Returns the task files in a spool's `new/`, in order, once all acknowledged tasks are
  /// published.
  func tasks(_ incoming: String = "stock") -> [URL] {
    settle()
    return folder.names(in: "spool/\(incoming)/new").map { folder("spool/\(incoming)/new/\($0)") }
  }

  /// Returns the only task of a spool, as JSON.
  func onlyTask(_ incoming: String = "stock") throws -> [String: Any] {
    let files = tasks(incoming)
    try #require(files.count == 1, "\(files.count) tasks in \(incoming)")
    return try Self.members(of: files[0])
  }

  static func members(of file: URL) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
  }

  /// Returns the names of all stored tasks, even half-written ones.
  func stored() -> [String] {
    settle()
    let spool = FileManager.default.enumerator(atPath: folder("spool").path)
    return (spool?.allObjects as? [String] ?? []).filter { $0.hasSuffix(".json") }
  }

  /// Waits until all acknowledged tasks are published: the checkpoint is behind every group of the
  /// log.
  func settle() {
    try? until("the log is published") { LogOnDisk(folder("state/wal").path).isPublished }
  }

  /// Returns the log's lines about deliveries, once there are as many. The responder writes them
  /// after its answers.
  func logged(_ count: Int) throws -> [[String: Any]] {
    var lines: [[String: Any]] = []
    try until("\(count) deliveries in the log") {
      lines = try log().filter { $0["delivery"] != nil }
      return lines.count >= count
    }
    return lines
  }

  /// Returns all complete lines of the log.
  func log() throws -> [[String: Any]] {
    let lines = folder.text("log/responder.log").split(
      separator: "\n", omittingEmptySubsequences: false)
    return try lines.dropLast().map { line in
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8))
      return try #require(object as? [String: Any], "no JSON object: \(line)")
    }
  }
}
