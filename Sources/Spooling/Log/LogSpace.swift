/// Where the next group goes, and which segments are free again.
final class LogSpace: Sendable {
  private struct State {
    var current: (segment: LogSegment, offset: Int)?
    var free: [LogSegment] = []
    /// Those that nothing more fits into, with the last group in each.
    var full: [(segment: LogSegment, last: UInt64)] = []
    var last: UInt64 = 0
  }
  private let state: Mutex<State>
  private let segmentBytes: Int

  init(segmentBytes: Int, free: [LogSegment], last: UInt64) {
    self.segmentBytes = segmentBytes
    state = Mutex(State(free: free, last: last))
  }

  var freeSegments: Int { state.withLock { $0.free.count } }

  /// Whether so few are free that what is in the others should be published at once: as many as fill up
  /// while that is done.
  var isScarce: Bool { freeSegments < 3 }

  /// Whether a group of any length finds a place. Only the writer takes places.
  var hasRoom: Bool { state.withLock { !$0.free.isEmpty } }

  /// Takes a place, and the next sequence number; nil if the log is full.
  func take(_ bytes: Int) -> (segment: LogSegment, offset: Int, sequence: UInt64)? {
    state.withLock { state in
      if state.current.map({ $0.offset + bytes > segmentBytes }) ?? true {
        guard let next = state.free.popLast() else { return nil }
        if let current = state.current { state.full.append((current.segment, state.last)) }
        state.current = (next, 0)
      }
      guard let (segment, offset) = state.current else { return nil }
      state.current = (segment, offset + bytes)
      state.last += 1
      return (segment, offset, state.last)
    }
  }

  /// Takes out the segments that hold nothing but what is published.
  func emptied(through published: UInt64) -> [LogSegment] {
    state.withLock { state in
      let emptied = state.full.filter { $0.last <= published }.map(\.segment)
      state.full.removeAll { $0.last <= published }
      return emptied
    }
  }

  /// Takes in a segment of zeros.
  func add(free segment: LogSegment) {
    state.withLock { $0.free.insert(segment, at: 0) }
  }
}
