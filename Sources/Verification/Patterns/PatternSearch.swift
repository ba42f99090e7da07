/// A search for a pattern in one text.
///
/// It follows all states that are possible at a byte at once, so it reads each byte once. It keeps
/// the sets of states that it has met, so a byte usually costs one look into a table.
struct PatternSearch {
  /// The most sets of states that one text may need.
  static let limit = 1000
  /// The most states that are examined while sets are built: some 20 ms of work.
  private static let mostStates = 1_000_000

  private let program: PatternProgram
  /// The sets of states met so far. `table` has 256 entries for each: the number of the set that
  /// follows each byte, or -1 while that is unknown.
  private var sets: [[Int]] = []
  private var isMatch: [Bool] = []
  private var table: [Int32] = []
  private var numbers: [[Int]: Int32] = [:]
  private var states = 0

  init(_ program: PatternProgram) {
    self.program = program
  }

  /// Returns whether the pattern matches somewhere; nil if the answer would take too long.
  mutating func matches(_ bytes: [UInt8]) -> Bool? {
    var current = number(closure([0], isStart: true, isEnd: false))
    for byte in bytes {
      if isMatch[Int(current)] { return true }
      let entry = Int(current) << 8 | Int(byte)
      if table[entry] < 0 {
        states += program.steps.count
        guard sets.count < Self.limit, states < Self.mostStates else { return nil }
        table[entry] = number(following(Int(current), byte))
      }
      current = table[entry]
    }
    if isMatch[Int(current)] { return true }
    let last = closure(sets[Int(current)], isStart: bytes.isEmpty, isEnd: true)
    return last.contains { if case .match = program.steps[$0] { true } else { false } }
  }

  /// Returns the states after a byte. They include the start, because a match may begin there.
  private func following(_ number: Int, _ byte: UInt8) -> [Int] {
    let next = sets[number].filter { state in
      if case .bytes(let set) = program.steps[state] { set.contains(byte) } else { false }
    }
    return closure(next.map { $0 + 1 } + [0], isStart: false, isEnd: false)
  }

  private mutating func number(_ set: [Int]) -> Int32 {
    if let known = numbers[set] { return known }
    let number = Int32(sets.count)
    numbers[set] = number
    sets.append(set)
    isMatch.append(set.contains { if case .match = program.steps[$0] { true } else { false } })
    table += repeatElement(-1, count: 256)
    return number
  }

  /// Returns the states that are reached without reading a byte, in order. A `$` stays in the set
  /// until the end of the text.
  private func closure(_ states: [Int], isStart: Bool, isEnd: Bool) -> [Int] {
    var isIn = [Bool](repeating: false, count: program.steps.count)
    var open = states
    while let state = open.popLast() {
      guard !isIn[state] else { continue }
      isIn[state] = true
      switch program.steps[state] {
      case .bytes, .match: break
      case .split(let one, let other): open += [one, other]
      case .jump(let state): open.append(state)
      case .start: if isStart { open.append(state + 1) }
      case .end: if isEnd { open.append(state + 1) }
      }
    }
    return isIn.indices.filter { isIn[$0] && isKept(program.steps[$0]) }
  }

  private func isKept(_ step: PatternProgram.Step) -> Bool {
    switch step {
    case .bytes, .match, .end: true
    case .split, .jump, .start: false
    }
  }
}
