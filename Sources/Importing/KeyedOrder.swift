import Bytes
import Spooling

/// The order of tasks by key. Those of one key are worked on one at a time and in the order of
/// arrival, each after the earlier ones are finished or given up. Tasks of different keys don't
/// wait for each other.
///
/// It holds for one drain. At its start the keys of the tasks in `retry/` and `cur/` are read; the
/// others are read as they come.
final class KeyedOrder: Sendable {
  typealias Key = [UInt8]

  fileprivate struct State {
    /// The task of each key that is being worked on, by name.
    var busy: [Key: String] = [:]
    /// The tasks that wait for an earlier one of their key, in the order of arrival.
    var parked: [Key: [TaskPlace]] = [:]
    var parkedNames: Set<String> = []
    /// The names of the tasks of each key that are deferred, or that others have claimed.
    var deferred: [Key: Set<String>] = [:]
    /// Keys whose parked tasks may be worked on.
    var freed: [Key] = []
    /// The keys of these, by name.
    var keys: [String: Key] = [:]
  }
  private let state = Mutex(State())
  private let spool: TaskSpool
  private let key: @Sendable ([UInt8]) -> Key

  /// - Parameters:
  ///   - spool: the spool of the tasks.
  ///   - key: returns the key of a task from its file.
  init(_ spool: TaskSpool, key: @escaping @Sendable ([UInt8]) -> Key) {
    self.spool = spool
    self.key = key
  }

  /// Whether a task waits for an earlier one of its key.
  func isParked(_ name: String) -> Bool { state.withLock { $0.parkedNames.contains(name) } }

  /// Returns the next task that waited for an earlier one of its key and needn't any longer.
  /// `ended` has to follow.
  func next() -> (place: TaskPlace, key: Key)? {
    state.withLock { state in
      while let key = state.freed.popLast() {
        guard let first = state.parked[key]?.first, state.isFree(key, for: first.name) else {
          continue
        }
        state.unpark(first, of: key)
        state.busy[key] = first.name
        return (first, key)
      }
      return nil
    }
  }

  /// Takes a task. If it can't be worked on yet, it is parked until `next` returns it.
  ///
  /// - Returns: its key, and `ended` has to follow; nil if it was parked, or is gone.
  func take(_ place: TaskPlace) -> Key? {
    guard let key = readKey(of: place) else { return nil }
    return state.withLock { state in
      // The list that it is from may be older than its claim.
      if state.parkedNames.contains(place.name) || state.busy[key] == place.name { return nil }
      if state.parked[key]?.first.map({ $0.name < place.name }) ?? false
        || !state.isFree(key, for: place.name)
      {
        state.park(place, under: key)
        return nil
      }
      state.busy[key] = place.name
      return key
    }
  }

  /// Takes note of the end of an attempt. A task that was deferred keeps the later ones of its key
  /// waiting.
  func ended(_ place: TaskPlace, _ key: Key, isDeferred: Bool) {
    state.withLock { state in
      state.busy[key] = nil
      if isDeferred { state.putOff(place.name, key) } else { state.forget(place.name, key) }
      state.freed.append(key)
    }
  }

  /// Takes note of the tasks that lie in `retry/` now, or that others have claimed: the command of
  /// a drain that died may still work on one. Those that are gone, such as purged ones, keep others
  /// waiting no longer. `take` and `next` must not be called at the same time.
  func refresh() throws(TaskSpoolError) {
    // A task that is busy now is this drain's, and no other becomes so before the end.
    let (busy, known) = state.withLock { (Set($0.busy.values), $0.keys) }
    let there = try spool.places(in: .cur) + spool.places(in: .retry)
    let names = Set(there.map(\.name))
    for (name, key) in known where !names.contains(name) && !busy.contains(name) {
      // One that is back in `new/` goes before later ones of its key, which may wait already.
      let back = TaskPlace(.new, name)
      let isBack = spool.contains(back)
      state.withLock { state in
        state.forget(name, key)
        if isBack { state.park(back, under: key) }
        state.freed.append(key)
      }
    }
    for place in there where known[place.name] == nil && !busy.contains(place.name) {
      if let key = readKey(of: place) { state.withLock { $0.putOff(place.name, key) } }
    }
  }

  /// Returns a task's key; nil if the task is gone. One that can't be read has an empty key: the
  /// claim says what is wrong with it.
  private func readKey(of place: TaskPlace) -> Key? {
    if let key = state.withLock({ $0.keys[place.name] }) { return key }
    guard spool.contains(place) else { return nil }
    return (try? spool.bytes(of: place)).flatMap { $0 }.map(key) ?? []
  }
}

extension KeyedOrder.State {
  /// Whether no task of the key is being worked on, and no earlier one is deferred.
  fileprivate func isFree(_ key: KeyedOrder.Key, for name: String) -> Bool {
    busy[key] == nil && !(deferred[key]?.contains { $0 < name } ?? false)
  }

  fileprivate mutating func park(_ place: TaskPlace, under key: KeyedOrder.Key) {
    guard parkedNames.insert(place.name).inserted else { return }
    var places = parked[key] ?? []
    let later = places.firstIndex { $0.name > place.name } ?? places.endIndex
    places.insert(place, at: later)
    parked[key] = places
  }

  fileprivate mutating func unpark(_ place: TaskPlace, of key: KeyedOrder.Key) {
    parkedNames.remove(place.name)
    parked[key]?.removeAll { $0.name == place.name }
    if parked[key]?.isEmpty ?? false { parked[key] = nil }
  }

  fileprivate mutating func putOff(_ name: String, _ key: KeyedOrder.Key) {
    deferred[key, default: []].insert(name)
    keys[name] = key
  }

  fileprivate mutating func forget(_ name: String, _ key: KeyedOrder.Key) {
    deferred[key]?.remove(name)
    if deferred[key]?.isEmpty ?? false { deferred[key] = nil }
    keys[name] = nil
  }
}
