/// A tree of the paths into a JSON text, with their common beginnings merged, and where each value
/// was found.
struct PathTree {
  private struct Node {
    let parent: Int
    var keys: [[UInt8]: Int] = [:]
    var indices: [Int: Int] = [:]
    /// How often a value of this node began: more than once if a key repeats.
    var visits = 0
    /// The visit of the parent in which this node's value last began. A value inside an earlier
    /// member of a repeated name doesn't count. Comparing visits recognises it; resetting all nodes
    /// below a repeated key each time would take quadratic time.
    var parentVisit = 0
    var start = 0
    var end: Int?

    var isLeaf: Bool { keys.isEmpty && indices.isEmpty }
  }

  private struct Container {
    let node: Int
    let closer: UInt8
    var nextIndex = 0
  }

  private var nodes = [Node(parent: 0)]
  private var name: [UInt8] = []

  /// Adds a path and returns its index in `found()`.
  mutating func insert(_ path: [JSONText.Step]) -> Int {
    var node = 0
    for step in path {
      let next =
        switch step {
        case .key(let key): nodes[node].keys[key]
        case .index(let index): nodes[node].indices[index]
        }
      if let next {
        node = next
        continue
      }
      nodes.append(Node(parent: node))
      switch step {
      case .key(let key): nodes[node].keys[key] = nodes.count - 1
      case .index(let index): nodes[node].indices[index] = nodes.count - 1
      }
      node = nodes.count - 1
    }
    return node
  }

  /// Returns where the value of each node stands, after the walk.
  func found() -> [Range<Int>?] {
    var ranges: [Range<Int>?] = []
    ranges.reserveCapacity(nodes.count)
    for (place, node) in nodes.enumerated() {
      let isCurrent =
        place == 0
        || ranges[node.parent] != nil && node.parentVisit == nodes[node.parent].visits
      ranges.append(isCurrent ? node.end.map { node.start..<$0 } : nil)
    }
    return ranges
  }

  /// Goes over a valid JSON text once.
  ///
  /// Invalid JSON can end the walk early. The root never closes then, and nothing is found.
  mutating func walk(_ bytes: Span<UInt8>) {
    var open: [Container] = []
    var node = 0
    var position = bytes.endOfWhiteSpace(from: 0)
    while position < bytes.count {
      begin(node, at: position)
      if !nodes[node].isLeaf, let closer = bytes[position].closer {
        open.append(Container(node: node, closer: closer))
        position += 1
      } else {
        position = bytes.endOfValue(from: position)
        nodes[node].end = position
      }
      guard let next = nextWanted(in: &open, from: &position, of: bytes) else { return }
      node = next
    }
  }

  private mutating func begin(_ node: Int, at position: Int) {
    nodes[node].visits += 1
    nodes[node].parentVisit = nodes[nodes[node].parent].visits
    nodes[node].start = position
  }

  /// Skips to the next value that has a node, and closes the containers that end before it; nil at
  /// the end of the text.
  private mutating func nextWanted(
    in open: inout [Container], from position: inout Int, of bytes: Span<UInt8>
  ) -> Int? {
    while let container = open.last {
      position = bytes.endOfWhiteSpace(from: position)
      if position < bytes.count, bytes[position] == .comma {
        position = bytes.endOfWhiteSpace(from: position + 1)
      }
      guard position < bytes.count else { return nil }
      if bytes[position] == container.closer {
        position += 1
        nodes[container.node].end = position
        open.removeLast()
        continue
      }
      let wanted: Int?
      if container.closer == .closingBrace {
        guard let value = bytes.endOfName(from: position) else { return nil }
        wanted = member(position..<value, of: container.node, in: bytes)
        position = value
      } else {
        wanted = nodes[container.node].indices[container.nextIndex]
        open[open.count - 1].nextIndex += 1
      }
      if let wanted { return wanted }
      let end = bytes.endOfValue(from: position)
      guard end > position else { return nil }
      position = end
    }
    return nil
  }

  /// Returns the node of the member whose name begins the range; nil if no path leads there.
  private mutating func member(_ range: Range<Int>, of node: Int, in bytes: Span<UInt8>) -> Int? {
    guard !nodes[node].keys.isEmpty else { return nil }
    name.removeAll(keepingCapacity: true)
    bytes.decodeString(range, to: &name)
    return nodes[node].keys[name]
  }
}
