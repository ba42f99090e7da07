import Foundation
import Testing

@testable import Spooling

/// Commits that are made one after the other on a simulated disk, with the conditions that must
/// hold whenever the disk fails or stops.
struct Scenario: Sendable, CustomTestStringConvertible {
  static let root = "/spool"
  static let spools: [SpoolID] = ["a", "b", "c"]

  let testDescription: String
  let commits: [Commit]

  private static let arrivals = Arrivals()

  static let oneTask = Scenario(
    testDescription: "one task, then another", commits: [commit(["a"]), commit(["a"])])

  static let severalSpools = Scenario(
    testDescription: "tasks in three spools, two in one of them",
    commits: [commit(["a", "b", "a", "c"]), commit(["b"])])

  static let failedTasks = Scenario(
    testDescription: "a task in failed/ beside tasks in new/",
    commits: [commit(["a", "a", "b"], failed: [1]), commit(["a"], failed: [0])])

  static let all = [oneTask, severalSpools, failedTasks]

  static func commit(_ spools: [SpoolID], failed: Set<Int> = []) -> Commit {
    let id = arrivals.next(at: Date(timeIntervalSince1970: 1_800_000_000)).id
    return Commit(
      spools.enumerated().map { index, spool in
        Commit.Entry(
          spool: spool,
          place: failed.contains(index) ? .failed(reason: "filter: no \(index)") : .new,
          id: id.at(place: index + 1),
          parts: [
            Array("{\"task\":".utf8), Array("\"\(index) in \(spool)\"".utf8), Array("}\n".utf8),
          ])
      })
  }

  /// The way by which commits become durable.
  enum Way: CaseIterable {
    case log
    /// Each commit in its spools, like those that are too large for the log.
    case plain
  }

  /// A disk with an empty state directory.
  static var empty: SimulatedDisk {
    var disk = SimulatedDisk()
    disk.add(
      .init(device: 1, mode: 0o750, isDirectory: true), as: "state", in: SimulatedDisk.root)
    disk.flush(SimulatedDisk.root)
    return disk
  }

  /// Opens spools on a file system, with one thread, so that calls come in the same order each
  /// time.
  static func open(_ fileSystem: any FileSystem, way: Way = .plain) throws -> Spools {
    let spools = try Spools(
      folders: SpoolFolders(spools: root, state: "/state"), threads: 1, fileSystem: fileSystem,
      layout: way == .log ? layout : plain, spaceAge: .zero, lookEvery: nil)
    update(spools)
    return spools
  }

  /// The layout of a log that is soon full, and is emptied at once.
  static let layout = WALLayout(
    segmentBytes: 2 * WALLayout.block, mostSegments: 6, largestCommit: 4 << 10, interval: .zero,
    calm: .zero, patience: .seconds(3600), firstPause: .zero)

  /// The layout without a log.
  static let plain = WALLayout(largestCommit: 0)

  static func update(_ opened: Spools) {
    let settings = spools.map { SpoolSettings($0, make: true) }
    opened.update(settings, floors: Floors(bytes: 1 << 20, inodes: 100))
  }

  static func isAcknowledged(_ commit: Commit, by spools: Spools) -> Bool {
    (try? spools.commit(commit, by: .now + .seconds(3600))) != nil
  }

  /// Makes the commits, each after the one before is published.
  ///
  /// - Returns: the commits that were acknowledged.
  func run(on spools: Spools) -> [Commit] {
    commits.filter { commit in
      defer { Self.settle(spools) }
      return Self.isAcknowledged(commit, by: spools)
    }
  }

  /// Waits until everything is published that can be.
  static func settle(_ spools: Spools) {
    while spools.unpublished > 0 {
      let status = spools.status
      let isFailing = status.unpublished.values.contains { $0.problem != nil }
      if isFailing || status.log.problem != nil || !status.distrust.isEmpty { return }
      sched_yield()
    }
  }

  /// Returns what is wrong with a disk: an acknowledged task is missing, a task isn't whole, or a
  /// task in `failed/` lacks its reason.
  func losses(on disk: SimulatedDisk, acknowledged: [Commit], also: [Commit] = []) -> [String] {
    missing(on: disk, acknowledged: acknowledged) + partial(on: disk, also: also)
  }

  /// Returns the acknowledged tasks that are not in their place.
  func missing(on disk: SimulatedDisk, acknowledged: [Commit]) -> [String] {
    var losses: [String] = []
    for entry in acknowledged.flatMap(\.entries) {
      let place = entry.place == .new ? "new" : "failed"
      let path = "\(Self.root)/\(entry.spool)/\(place)"
      if disk.files(path)["\(entry.id).json"] != entry.parts.flatMap({ $0 }) {
        losses.append("\(path): \(entry.id) was acknowledged and is missing")
      }
    }
    return losses
  }

  /// Returns the tasks that are there and not whole, or lack their reason.
  func partial(on disk: SimulatedDisk, also: [Commit] = []) -> [String] {
    var losses: [String] = []
    let written = (commits + also).flatMap(\.entries).flatMap(Self.files)
    let whole = Dictionary(written) { first, _ in first }
    for spool in Self.spools {
      for place in ["new", "failed"] {
        let files = disk.files("\(Self.root)/\(spool)/\(place)")
        for (name, content) in files where content != whole[name] {
          losses.append("\(spool)/\(place)/\(name) is not whole")
        }
        for name in files.keys
        where place == "failed" && name.hasSuffix(".json") && files["\(name).reason"] == nil {
          losses.append("\(spool)/failed/\(name) lacks its reason")
        }
      }
    }
    return losses
  }

  private static func files(of entry: Commit.Entry) -> [(String, [UInt8])] {
    let task = ("\(entry.id).json", entry.parts.flatMap { $0 })
    guard case .failed(let reason) = entry.place else { return [task] }
    return [task, ("\(entry.id).json.reason", Array("\(reason)\n".utf8))]
  }
}

/// Spools are written as their paths.
extension SpoolID: ExpressibleByStringInterpolation {
  /// Reads a path.
  public init(stringLiteral path: String) { self.init(path: path) }
}
