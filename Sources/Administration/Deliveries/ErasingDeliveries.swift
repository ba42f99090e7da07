import FoundationEssentials
import Glibc
import History
import Spooling
import Webhooks

/// Erases deliveries: from the history, and their tasks and records that were finished or given up.
/// The process has to run as the user that owns the state.
public struct ErasingDeliveries {
  /// What was found, or erased.
  public struct Count: Sendable, Equatable {
    /// Entries of the history.
    public var entries = 0
    /// Tasks in `done/` and `failed/`.
    public var tasks = 0
    /// Records of post-processors in `done/` and `failed/`.
    public var records = 0
    /// Tasks and records that are still to be worked on, and stay.
    public var waiting = 0
    /// The reasons why something could not be erased.
    public var problems: [String] = []
  }

  private let settings: Settings
  private var numbers: [String: Set<Int>] = [:]
  private var deliveries: Set<UUIDv7> = []

  /// Prepares to erase.
  public init(_ settings: Settings) { self.settings = settings }

  /// Adds a delivery.
  public mutating func add(_ entry: HistoryEntry) {
    numbers[entry.facts.webhook, default: []].insert(entry.number)
    if let id = UUIDv7(entry.facts.id) { deliveries.insert(id) }
  }

  /// Counts what would be erased, or erases it. It can be repeated after a failure or a kill.
  public func run(isErasing: Bool) -> Count {
    var count = Count()
    for path in Self.folders(in: settings.spool) {
      look(in: path, &count, \.tasks, isErasing)
    }
    for path in Self.folders(in: "\(settings.state)/\(SpoolID.recordsFolder)") {
      look(in: path, &count, \.records, isErasing)
    }
    // The history comes last: as long as a delivery is there, its tasks can be found.
    for (webhook, numbers) in numbers where count.problems.isEmpty {
      guard isErasing else {
        count.entries += numbers.count
        continue
      }
      do {
        count.entries += try HistoryErasing(HistoryFolder(state: settings.state))
          .erase(numbers, of: webhook)
      } catch {
        count.problems.append("the history of \(webhook): \(error)")
      }
    }
    return count
  }

  private func look(
    in path: String, _ count: inout Count, _ kind: WritableKeyPath<Count, Int>, _ isErasing: Bool
  ) {
    guard let spool = try? TaskSpool(path: path) else { return }
    for state in TaskState.allCases {
      for place in (try? spool.places(in: state)) ?? [] {
        guard let id = UUIDv7(place.id), deliveries.contains(id.at(place: 0)) else { continue }
        guard state == .done || state == .failed else {
          count.waiting += 1
          continue
        }
        count[keyPath: kind] += 1
        guard isErasing else { continue }
        do throws(TaskSpoolError) {
          if try !spool.purge(place) { count.problems.append("\(path)/\(place.path) is in use") }
        } catch {
          count.problems.append("\(error)")
        }
      }
    }
  }

  private static func folders(in path: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.sorted().map { "\(path)/\($0)" }
  }
}
