/// A pattern as a state machine that reads bytes.
struct PatternProgram: Sendable {
  /// The action of one state.
  enum Step: Sendable {
    /// Reads one byte of the set and continues with the next state.
    case bytes(ByteSet)
    /// Continues with both states.
    case split(Int, Int)
    case jump(Int)
    /// Continues at the start of the text only.
    case start
    /// Continues at the end of the text only.
    case end
    case match
  }

  /// The most states that a pattern may have. Repetitions with counts multiply states.
  static let limit = 2000

  private(set) var steps: [Step] = []
  /// The number of nodes added. Repetitions of empty nodes add no states, but take time.
  private var nodes = 0

  init(_ node: PatternNode) throws(Misconfiguration) {
    try add(node)
    steps.append(.match)
  }

  private mutating func add(_ node: PatternNode) throws(Misconfiguration) {
    nodes += 1
    guard steps.count < Self.limit, nodes < 10 * Self.limit else {
      throw Misconfiguration("the pattern is too large")
    }
    switch node {
    case .bytes(let set): steps.append(.bytes(set))
    case .start: steps.append(.start)
    case .end: steps.append(.end)
    case .sequence(let nodes): for node in nodes { try add(node) }
    case .choice(let nodes): try addChoice(nodes)
    case .repetition(let node, let from, let to): try addRepetition(node, from, to)
    }
  }

  private mutating func addChoice(_ nodes: [PatternNode]) throws(Misconfiguration) {
    var ends: [Int] = []
    for node in nodes.dropLast() {
      let split = steps.count
      steps.append(.split(split + 1, 0))
      try add(node)
      ends.append(steps.count)
      steps.append(.jump(0))
      steps[split] = .split(split + 1, steps.count)
    }
    if let last = nodes.last { try add(last) }
    for end in ends { steps[end] = .jump(steps.count) }
  }

  private mutating func addRepetition(
    _ node: PatternNode, _ from: Int, _ to: Int?
  ) throws(Misconfiguration) {
    for _ in 0..<from { try add(node) }
    guard let to else {
      let split = steps.count
      steps.append(.split(split + 1, 0))
      try add(node)
      steps.append(.jump(split))
      steps[split] = .split(split + 1, steps.count)
      return
    }
    var splits: [Int] = []
    for _ in from..<to {
      splits.append(steps.count)
      steps.append(.split(steps.count + 1, 0))
      try add(node)
    }
    for split in splits { steps[split] = .split(split + 1, steps.count) }
  }
}
