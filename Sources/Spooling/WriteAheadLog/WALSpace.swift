import Bytes

/// The places for groups: where the next one goes, and which segments are free.
final class WALSpace: Sendable {
  private struct State {
    var current: (segment: WALSegment, offset: Int)?
    var free: [WALSegment]
    /// The segments that get no further group, with the last group in each.
    var full: [(segment: WALSegment, last: UInt64)]
    var last: UInt64
  }
  private let state: Mutex<State>
  private let segmentBytes: Int

  /// - Parameters:
  ///   - segmentBytes: the length of a segment in bytes.
  ///   - free: segments of zeros.
  ///   - full: segments that hold groups of an earlier process, with the number of the last group
  ///     in each.
  ///   - last: the last sequence number in use.
  init(
    segmentBytes: Int, free: [WALSegment], full: [(segment: WALSegment, last: UInt64)], last: UInt64
  ) {
    self.segmentBytes = segmentBytes
    state = Mutex(State(current: nil, free: free, full: full, last: last))
  }

  var freeSegments: Int { state.withLock { $0.free.count } }

  /// Whether so few segments are free that the others should be published at once. As many fill up
  /// while that is done.
  var isScarce: Bool { freeSegments < 3 }

  /// A place for a group, and its sequence number.
  typealias Place = (segment: WALSegment, offset: Int, sequence: UInt64)

  /// Takes a place for a group of `bytes` bytes; nil if the log is full.
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

  /// Ends the current segment: a flush of it failed, and it can't be trusted.
  func abandon() {
    state.withLock { state in
      Self.close(&state)
      state.current = nil
    }
  }

  private static func close(_ state: inout State) {
    if let current = state.current { state.full.append((current.segment, state.last)) }
  }

  /// Takes out the segments whose groups are all published.
  func emptied(through published: UInt64) -> [WALSegment] {
    state.withLock { state in
      let emptied = state.full.filter { $0.last <= published }.map(\.segment)
      state.full.removeAll { $0.last <= published }
      return emptied
    }
  }

  /// Opens the free segments anew, since each descriptor reports an earlier failure once.
  func reopenFree(_ open: (WALSegment) throws(SystemError) -> WALSegment) throws(SystemError) {
    // The free segments are out of reach until they are open: the log's thread may be about to take
    // one, and a segment in use that counts as free would be cleared with acknowledged tasks in it.
    var free = state.withLock { state in
      defer { state.free = [] }
      return state.free
    }
    defer { state.withLock { $0.free += free } }
    for index in free.indices { free[index] = try open(free[index]) }
  }

  /// Adds a segment of zeros.
  func add(free segment: WALSegment) {
    state.withLock { $0.free.insert(segment, at: 0) }
  }
}

/// A file of the log, of a fixed length, that groups are written into one after the other.
struct WALSegment: Sendable {
  let name: String
  let file: WALFile

  /// Returns the name of a number, such as `0007.log`.
  static func name(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ".log"
  }

  /// Returns the first name that isn't taken: an administrator may have removed a segment in
  /// between.
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
