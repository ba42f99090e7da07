import FoundationEssentials

extension TaskSpool {
  /// Returns the tasks in some states, in order of arrival.
  public func places(in states: Set<TaskState>) throws(TaskSpoolError) -> [TaskPlace] {
    var lists: [[TaskPlace]] = []
    for state in TaskState.allCases where states.contains(state) {
      let places = try places(in: state)
      if !places.isEmpty { lists.append(places) }
    }
    // Each list is in order already.
    return lists.count < 2 ? lists.first ?? [] : lists.joined().sorted { $0.name < $1.name }
  }

  /// Returns how many tasks are in each of some states.
  public func counts(of states: [TaskState]) throws(TaskSpoolError) -> [(TaskState, Int)] {
    var counts: [(TaskState, Int)] = []
    for state in states { counts.append((state, try places(in: state).count)) }
    return counts
  }

  /// Returns the tasks that a filter chooses, in order of arrival. Files are opened only if the
  /// filter asks for more than the names tell.
  ///
  /// - Parameters:
  ///   - filter: the conditions.
  ///   - places: the tasks to choose from; nil for all in the filter's states.
  ///   - now: the moment that ages are counted from.
  ///   - limit: the most tasks to return, the first ones; nil for all.
  ///   - progress: called with the number of tasks that were looked at, and the number of all, if
  ///     files are opened.
  /// - Returns: the tasks, which other processes may move at any time.
  /// - Throws: `unusable` if a state's directory can't be listed.
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

  /// Returns the tasks whose id begins with a text; only the task with exactly that id, if there is
  /// one.
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

  /// Returns why a task was given up, or its last attempt's reason; empty without a reason.
  func currentReason(of place: TaskPlace) -> String {
    place.state == .failed ? reason(of: place.name) : record(of: place.name)?.reason ?? ""
  }
}

/// A task's file, read in its place without claiming it. The process that works on the task may
/// move the file during that. What is read stays whole.
public struct TaskView: Sendable {
  /// The task's file, and its place.
  public let place: TaskPlace
  private let file: TaskFile

  fileprivate init(_ file: TaskFile, at place: TaskPlace) {
    self.file = file
    self.place = place
  }

  /// The bytes of the whole file.
  public var size: Int { file.size }

  /// When the file was written. For a name that the responder didn't make, this is the best guess
  /// at its arrival.
  public var written: Date { file.written }

  /// The header of the document; nil if the file isn't a task document.
  public var header: TaskHeader? { TaskHeader(file) }

  /// Returns the sender's exact bytes.
  ///
  /// - Throws: `damaged` if their length or hash isn't the one that the document says.
  public func body() throws(TaskBodyError) -> [UInt8] { try TaskBody.read(file) }
}

extension TaskSpool {
  /// Opens a task's file for reading.
  ///
  /// - Returns: nil if it is gone.
  public func view(_ place: TaskPlace) throws(TaskSpoolError) -> TaskView? {
    try open(place).map { TaskView($0, at: place) }
  }
}
