import Bytes
import Foundation
import Spooling
import Testing
import Verification
@testable import Webhooks

@testable import Harness

/// A receiver with a configuration and spools in a folder of its own.
final class ReceivingSite {
  private let home: Folder
  var folder: URL { home.url }
  let lines = Lines()
  let snapshots: Snapshots
  let spools: Spools
  let depths: SpoolDepths
  let receiver: Receiver
  let log: DeliveryLog
  let activity: Activity
  let keys: KeyWatch
  let replays: Replays
  let history = History()

  /// Takes the deliveries that are to be kept.
  final class History: DeliveryHistory {
    private let all = Mutex<[KeptDelivery]>([])
    func keep(_ delivery: KeptDelivery, by rule: HistoryRule) {
      all.withLock { $0.append(delivery) }
    }
    var deliveries: [KeptDelivery] { all.withLock { $0 } }
  }

  /// Takes the log's entries, as the lines that are written.
  final class Lines: LogOutput {
    private let all = Mutex<[[UInt8]]>([])
    func take(_ entry: any LogEntry) {
      let lines = JSONLines { [self] line in
        all.withLock { $0.append(line) }
        return true
      }
      _ = lines.write([entry.record])
    }
    var texts: [String] { all.withLock { $0.map { String(decoding: $0, as: UTF8.self) } } }
  }

  /// Makes the folder with the configuration, by path. Settings that point into the folder are
  /// added.
  init(_ files: [String: String], activity: Activity = Activity()) throws {
    self.activity = activity
    home = try Folder(named: "receiving")
    let folder = home
    var files = files
    files["levelwind.yaml", default: ""] += """

      spool: \(folder.path)/spool
      state: \(folder.path)/state
      deadline: 60s
      min_free: 0
      min_free_inodes: 0
      """
    for (path, text) in files { try folder.write(text, to: path) }
    for name in ["spool", "state"] {
      try FileManager.default.createDirectory(
        at: folder(name), withIntermediateDirectories: true)
    }
    let loading = Snapshot.load(directory: folder.path, credentials: .none, now: Date())
    let snapshot = try #require(loading.snapshot, "\(loading.problems)")
    snapshots = Snapshots(snapshot)
    // The plain way, so that an accepted task is in its spool when the answer comes.
    spools = try Spools(
      root: snapshot.settings.spool, state: snapshot.settings.state, threads: 2, largestLogged: 0)
    Self.open(spools, snapshot)
    depths = SpoolDepths(root: snapshot.settings.spool, every: nil)
    depths.watch(snapshot.limitedSpools)
    let lines = lines
    log = DeliveryLog(lines)
    keys = KeyWatch(KeyFolder(state: snapshot.settings.state))
    replays = Replays(state: snapshot.settings.state)
    replays.update(snapshot)
    receiver = Receiver(
      snapshots: snapshots, spools: spools, depths: depths, log: log, activity: activity,
      keys: keys, replays: replays, history: history)
  }

  /// Opens the spools anew, as a reload does.
  func openSpools() { Self.open(spools, snapshots.current) }

  private static func open(_ spools: Spools, _ snapshot: Snapshot) {
    spools.update(
      (snapshot.incoming.keys.map { .incoming($0.text) } + snapshot.stateSpools)
        .map { SpoolSettings($0, make: true) },
      floors: Floors(bytes: 0, inodes: 0))
  }

  /// Returns a receiver that knows only what is on the disk.
  func restarted() -> Receiver {
    let replays = Replays(state: snapshots.current.settings.state)
    replays.update(snapshots.current)
    return Receiver(snapshots: snapshots, spools: spools, log: log, replays: replays)
  }

  deinit { spools.stop() }

  /// Receives a delivery and returns its answer.
  func answer(to inbound: FakeInbound) throws -> Answer {
    var inbound = inbound
    receiver.receive(&inbound)
    try #require(inbound.answered.count == 1)
    return inbound.answered[0]
  }

  func tasks(_ incoming: String, in place: String = "new") -> [URL] {
    let path = folder.appending(path: "spool/\(incoming)/\(place)")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path.path)) ?? []
    return names.sorted().map { path.appending(path: $0) }
  }

  func task(_ incoming: String) throws -> [String: Any] {
    let tasks = tasks(incoming)
    try #require(tasks.count == 1)
    let json = try JSONSerialization.jsonObject(with: try Data(contentsOf: tasks[0]))
    return try #require(json as? [String: Any])
  }
}

extension Receiver {
  /// Receives a delivery by the configuration of this moment, as the responder does, and waits for
  /// its end.
  func receive(_ inbound: inout FakeInbound) {
    inbound.fate = FakeInbound.Fate()
    receive(inbound, by: snapshots.current)
    inbound.answered = inbound.fate.wait()
  }
}
