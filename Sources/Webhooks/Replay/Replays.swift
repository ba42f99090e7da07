import Dispatch
import Foundation
import Spooling

/// The deliveries that were accepted before, by webhook and the sender's own id: in memory, and read from
/// the names of the files that keep them at start, and at each reload, for another process may have
/// accepted some.
public final class Replays: Sendable {
  /// What came of asking whether a delivery is the first of its id.
  enum Claim {
    /// It is; no copy passes until the reservation ends.
    case first(ReplayReservation)
    /// A delivery of this id was accepted before.
    case seen(String)
    /// A copy is being committed, and how that ends was not known in time.
    case unknown
  }

  private enum Entry {
    case reserved(DispatchGroup)
    case accepted(ReplayRecord)
  }
  private struct State {
    var entries: [ReplayKey: Entry] = [:]
    /// Those accepted of each webhook, in their order, behind the ones that were dropped.
    var order: [String: ReplayOrder] = [:]
  }
  private let state = Mutex(State())
  private let folder: String?
  private let queue = DispatchQueue(label: "replay")

  /// - Parameter state: the state directory; nil to keep nothing over restarts.
  public init(state: String?) { folder = state }

  /// Reads what is kept and not known here yet.
  public func update(_ snapshot: Snapshot) {
    // What was forgotten is not to be found again.
    finish()
    for (identifier, entry) in snapshot.webhooks {
      guard case .ready(let webhook) = entry, let rule = webhook.replay, let folder else {
        continue
      }
      let path = "\(folder)/\(ReplayKey.spool(of: identifier.text))/new"
      let records = ((try? FolderListing.names(in: path)) ?? [])
        .compactMap { ReplayRecord(name: $0, webhook: identifier) }
      let dropped = state.withLock { state in
        for record in records where Self.isNews(record, state) { Self.add(record, &state) }
        return Self.drop(identifier.text, rule, &state)
      }
      unlink(dropped)
    }
  }

  /// Whether a delivery is the first of its id, which waits for a copy that is being committed.
  func claim(
    _ key: ReplayKey, as arrival: Arrival, _ rule: ReplayRule,
    by deadline: ContinuousClock.Instant
  ) -> Claim {
    while true {
      let (found, group) = look(key, arrival, rule)
      if let found { return found }
      let left = Swift.max(.zero, deadline - .now)
      let (seconds, attoseconds) = left.components
      let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
      guard group?.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success else {
        return .unknown
      }
    }
  }

  /// What is known; or else the group to wait for.
  private func look(
    _ key: ReplayKey, _ arrival: Arrival, _ rule: ReplayRule
  ) -> (Claim?, DispatchGroup?) {
    state.withLock { state in
      switch state.entries[key] {
      case .reserved(let group): return (nil, group)
      case .accepted(let record)
      where arrival.time.timeIntervalSince(record.time) < rule.keep.seconds:
        return (.seen(record.delivery), nil)
      case .accepted, nil: break
      }
      let group = DispatchGroup()
      group.enter()
      state.entries[key] = .reserved(group)
      let reservation = ReplayReservation { [self] succeeded in
        end(key, arrival, rule, succeeded)
        group.leave()
      }
      return (.first(reservation), nil)
    }
  }

  private func end(
    _ key: ReplayKey, _ arrival: Arrival, _ rule: ReplayRule, _ succeeded: Bool
  ) {
    let dropped = state.withLock { state -> [ReplayRecord] in
      state.entries[key] = nil
      guard succeeded else { return [] }
      Self.add(ReplayRecord(key: key, delivery: "\(arrival.id)", time: arrival.time), &state)
      return Self.drop(key.webhook, rule, &state)
    }
    unlink(dropped)
  }

  /// One that is reserved is being committed, and known once that has ended.
  private static func isNews(_ record: ReplayRecord, _ state: State) -> Bool {
    switch state.entries[record.key] {
    case nil: true
    case .accepted(let known): known.delivery < record.delivery
    case .reserved: false
    }
  }

  private static func add(_ record: ReplayRecord, _ state: inout State) {
    state.entries[record.key] = .accepted(record)
    state.order[record.key.webhook, default: ReplayOrder()].append(record)
  }

  /// Forgets what is too old or too much.
  private static func drop(
    _ webhook: String, _ rule: ReplayRule, _ state: inout State
  ) -> [ReplayRecord] {
    let dropped = state.order[webhook]?.drop(beyond: rule, at: Date()) ?? []
    for record in dropped {
      // It may stand there anew by now, or be reserved.
      guard case .accepted(let kept) = state.entries[record.key], kept == record else { continue }
      state.entries[record.key] = nil
    }
    return dropped
  }

  /// Takes the files away, and no delivery waits for it.
  private func unlink(_ records: [ReplayRecord]) {
    guard let folder, !records.isEmpty else { return }
    queue.async {
      for record in records {
        Foundation.unlink(
          "\(folder)/\(ReplayKey.spool(of: record.key.webhook))/new/\(record.name)")
      }
    }
  }

  /// Returns when the files of what was forgotten until now are gone.
  func finish() { queue.sync {} }
}
