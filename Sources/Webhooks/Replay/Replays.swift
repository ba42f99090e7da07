import Bytes
import Dispatch
import FoundationEssentials
import Glibc
import Spooling

/// The remembered deliveries, by webhook and the sender's own id. They are in memory. They are read
/// from the names of their files at start and at each reload, because another process may have
/// accepted some.
public final class Replays: Sendable {
  /// The answer to whether a delivery is the first with its id.
  enum Claim {
    /// The delivery is the first. No copy passes until the reservation ends.
    case first(ReplayReservation)
    /// A delivery with this id was accepted before. The text is that delivery's own id.
    case seen(String)
    /// A copy is being committed, and its commit didn't end in time.
    case unknown
  }

  private enum Entry {
    case reserved(DispatchGroup)
    case accepted(ReplayRecord)
  }
  private struct State {
    var entries: [ReplayKey: Entry] = [:]
    /// The accepted deliveries of each webhook, in order.
    var order: [String: ReplayOrder] = [:]
  }
  private let state = Mutex(State())
  private let folder: String?
  private let queue = DispatchQueue(label: "replay")

  /// - Parameter state: The path of the state directory; nil to remember nothing after a restart.
  public init(state: String?) { folder = state }

  /// Reads the records on disk that aren't known yet, of the webhooks with these rules.
  func update(_ rules: [Identifier: ReplayRule]) {
    // The files of forgotten deliveries have to be gone before the folder is read, or they would be
    // remembered again.
    finish()
    guard let folder else { return }
    for (identifier, rule) in rules {
      let path = "\(folder)/\(SpoolID.replay(webhook: identifier.text))/new"
      let records = ((try? FolderListing.names(in: path)) ?? [])
        .compactMap { ReplayRecord(name: $0, webhook: identifier) }
      let dropped = state.withLock { state in
        for record in records where Self.isNews(record, state) { Self.add(record, &state) }
        return Self.drop(identifier.text, rule, &state)
      }
      unlink(dropped)
    }
  }

  /// Returns whether a delivery is the first with its id, and reserves the id if so. If a copy is
  /// being committed, it waits for that commit until the deadline.
  func claim(
    _ key: ReplayKey, as arrival: Arrival, _ rule: ReplayRule,
    by deadline: ContinuousClock.Instant
  ) -> Claim {
    while true {
      let (found, group) = look(key, arrival, rule)
      if let found { return found }
      let left = Swift.max(.zero, deadline - .now)
      guard group?.wait(timeout: .now() + DispatchTimeInterval(left)) == .success else {
        return .unknown
      }
    }
  }

  /// Returns the claim if it can be decided now; otherwise the group to wait for.
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

  /// Returns whether a record on disk isn't known yet. A reserved key is being committed, and its
  /// end decides.
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

  /// Forgets deliveries that are too old or too many, and returns them.
  private static func drop(
    _ webhook: String, _ rule: ReplayRule, _ state: inout State
  ) -> [ReplayRecord] {
    let dropped = state.order[webhook]?.drop(beyond: rule, at: Date()) ?? []
    for record in dropped {
      // The key may have been accepted again since, or be reserved.
      guard case .accepted(let kept) = state.entries[record.key], kept == record else { continue }
      state.entries[record.key] = nil
    }
    return dropped
  }

  /// Removes the files of records in the background.
  private func unlink(_ records: [ReplayRecord]) {
    guard let folder, !records.isEmpty else { return }
    queue.async {
      for record in records {
        Glibc.unlink(
          "\(folder)/\(record.key.spool)/new/\(record.name)")
      }
    }
  }

  /// Waits until the files of every delivery forgotten before this call are removed.
  func finish() { queue.sync {} }
}

/// The reservation of a delivery that is being committed. No copy may pass until it ends. It ends
/// once: with the commit's success or failure, or, if that isn't known in time, when the commit is
/// over.
final class ReplayReservation: Sendable {
  private struct State {
    /// Ends the reservation; nil once it has ended.
    var end: (@Sendable (_ succeeded: Bool) -> Void)?
    var isOver = false
    var isGivenUp = false
  }
  private let state: Mutex<State>

  init(_ end: @escaping @Sendable (_ succeeded: Bool) -> Void) {
    state = Mutex(State(end: end))
  }

  /// Ends the reservation after a durable commit: copies are recognised from now on.
  func succeed() { take { _ in true }?(true) }

  /// Ends the reservation of a delivery that wasn't committed.
  ///
  /// - Parameter isOver: Whether the commit has ended. If not, the delivery stays reserved until
  ///   `commitEnded`.
  func fail(isOver: Bool) {
    take { state in
      state.isGivenUp = true
      return isOver || state.isOver
    }?(false)
  }

  /// Notes that the commit has ended. If the delivery was given up before then, the commit's result
  /// is unknown and a copy passes: a task that exists twice is better than none.
  func commitEnded() {
    take { state in
      state.isOver = true
      return state.isGivenUp
    }?(false)
  }

  private func take(
    if isDue: (inout State) -> Bool
  ) -> (@Sendable (Bool) -> Void)? {
    state.withLock { state in
      guard isDue(&state) else { return nil }
      defer { state.end = nil }
      return state.end
    }
  }
}

/// The accepted deliveries of one webhook in order, so that the oldest are forgotten first.
struct ReplayOrder {
  private var records: [ReplayRecord] = []
  private var start = 0

  mutating func append(_ record: ReplayRecord) { records.append(record) }

  /// The most deliveries that one call forgets because of their age. A clock that is ahead for a
  /// while then costs a few deliveries, not all of them.
  private static let mostOld = 2

  /// Removes and returns the oldest deliveries beyond the rule's number, and at most `mostOld` that
  /// are too old.
  mutating func drop(beyond rule: ReplayRule, at now: Date) -> [ReplayRecord] {
    let first = start
    start = max(start, records.count - rule.max)
    for _ in 0..<Self.mostOld where start < records.count {
      if now.timeIntervalSince(records[start].time) >= rule.keep.seconds { start += 1 }
    }
    let dropped = Array(records[first..<start])
    // Moving the array is rare, so that each call costs little.
    if start > 1000, start > records.count / 2 {
      records.removeFirst(start)
      start = 0
    }
    return dropped
  }
}

extension Duration {
  /// The duration in seconds, with fractions.
  var seconds: Double { self / .seconds(1) }
}
