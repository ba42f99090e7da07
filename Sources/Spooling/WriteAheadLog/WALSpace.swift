/// Where the next group goes, and which segments are free again.
final class WALSpace: Sendable {
  private struct State {
    var current: (segment: WALSegment, offset: Int)?
    var free: [WALSegment]
    /// Those that nothing more is written into, with the last group in each.
    var full: [(segment: WALSegment, last: UInt64)]
    var last: UInt64
  }
  private let state: Mutex<State>
  private let segmentBytes: Int

  /// - Parameters:
  ///   - free: segments of zeros.
  ///   - full: segments that hold groups from before, with the number of the last group in each.
  ///   - last: the last sequence number in use.
  init(
    segmentBytes: Int, free: [WALSegment], full: [(segment: WALSegment, last: UInt64)], last: UInt64
  ) {
    self.segmentBytes = segmentBytes
    state = Mutex(State(current: nil, free: free, full: full, last: last))
  }

  var freeSegments: Int { state.withLock { $0.free.count } }

  /// Whether so few are free that what is in the others should be published at once: as many as fill up
  /// while that is done.
  var isScarce: Bool { freeSegments < 3 }

  /// A place for a group, and its sequence number.
  typealias Place = (segment: WALSegment, offset: Int, sequence: UInt64)

  /// Takes a place; nil if the log is full.
  func take(_ bytes: Int) -> Place? {
    state.withLock { state in
      if state.current.map({ $0.offset + bytes > segmentBytes }) ?? true {
        guard let next = state.free.popLast() else { return nil }
        Self.close(&state)
        state.current = (next, 0)
      }
      guard let (segment, offset) = state.current else { return nil }
      state.current = (segment, offset + bytes)
      state.last += 1
      return (segment, offset, state.last)
    }
  }

  /// Writes nothing more into the current segment: a flush of it failed, and it is not trusted.
  func abandon() {
    state.withLock { state in
      Self.close(&state)
      state.current = nil
    }
  }

  private static func close(_ state: inout State) {
    if let current = state.current { state.full.append((current.segment, state.last)) }
  }

  /// Takes out the segments that hold nothing but what is published.
  func emptied(through published: UInt64) -> [WALSegment] {
    state.withLock { state in
      let emptied = state.full.filter { $0.last <= published }.map(\.segment)
      state.full.removeAll { $0.last <= published }
      return emptied
    }
  }

  /// Opens the free segments anew: each descriptor tells once of a failure that was before.
  func reopenFree(_ open: (WALSegment) throws(SystemError) -> WALSegment) throws(SystemError) {
    // They are out of reach until they are open: the log's thread may be about to take one, and a segment that is in use
    // and free at the same time would be cleared with what is acknowledged in it.
    var free = state.withLock { state in
      defer { state.free = [] }
      return state.free
    }
    defer { state.withLock { $0.free += free } }
    for index in free.indices { free[index] = try open(free[index]) }
  }

  /// Takes in a segment of zeros.
  func add(free segment: WALSegment) {
    state.withLock { $0.free.insert(segment, at: 0) }
  }
}

/// A file of the log, of one length for ever, that groups are written into one behind the other.
struct WALSegment: Sendable {
  let name: String
  let file: WALFile

  /// `0007.log`
  static func name(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ".log"
  }

  /// The first name that is not taken: an administrator may have removed one in between.
  static func name(besides taken: Set<String>) -> String {
    var number = 0
    while taken.contains(name(number)) { number += 1 }
    return name(number)
  }

  static func isName(_ name: String) -> Bool {
    name.utf8.count == 8 && name.hasSuffix(".log")
      && name.utf8.prefix(4).allSatisfy { (48...57).contains($0) }
  }
}
