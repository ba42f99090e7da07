import Foundation

extension TaskSpool {
  /// The tasks in some states, in order of arrival.
  public func places(in states: Set<TaskState>) throws(TaskSpoolError) -> [TaskPlace] {
    var lists: [[TaskPlace]] = []
    for state in TaskState.allCases where states.contains(state) {
      let places = try places(in: state)
      if !places.isEmpty { lists.append(places) }
    }
    // Each list is in order.
    return lists.count < 2 ? lists.first ?? [] : lists.joined().sorted { $0.name < $1.name }
  }

  /// How many tasks are in each of some states.
  public func counts(of states: [TaskState]) throws(TaskSpoolError) -> [(TaskState, Int)] {
    var counts: [(TaskState, Int)] = []
    for state in states { counts.append((state, try places(in: state).count)) }
    return counts
  }

  /// The tasks that a filter means, in order of arrival. Files are opened only where it asks for what no
  /// name tells.
  ///
  /// - Parameters:
  ///   - places: those that come into question; by default all in the filter's states.
  ///   - limit: as many of them at most, the first.
  ///   - progress: told how many were looked at, and how many there are, where files are opened.
  public func select(
    _ filter: TaskFilter, among places: [TaskPlace]? = nil, now: Date, limit: Int? = nil,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws(TaskSpoolError) -> [TaskPlace] {
    let candidates = if let places { places } else { try self.places(in: filter.states) }
    var selected: [TaskPlace] = []
    for (index, place) in candidates.enumerated() {
      if let limit, selected.count >= limit { break }
      if filter.isReading { progress(index, candidates.count) }
      if filter.states.contains(place.state), means(filter, place, now) { selected.append(place) }
    }
    return selected
  }

  /// The tasks whose id begins so; only the one that is called so if there is one.
  public static func tasks(
    _ beginning: String, among places: [TaskPlace]
  ) -> [TaskPlace] {
    let named = places.filter { $0.name.utf8.starts(with: beginning.utf8) }
    let exact = named.filter { $0.id.utf8.count == beginning.utf8.count }
    return exact.isEmpty ? named : exact
  }

  private func means(_ filter: TaskFilter, _ place: TaskPlace, _ now: Date) -> Bool {
    filter.allows(arrival: place.arrival ?? (try? view(place))?.written, now: now)
      && filter.allows(reason: currentReason(of: place))
      && filter.allows(header: (try? view(place))?.header)
  }

  /// Why a task was given up, or what its last attempt said; empty where nothing says so.
  func currentReason(of place: TaskPlace) -> String {
    place.state == .failed ? reason(of: place.name) : record(of: place.name)?.reason ?? ""
  }
}
