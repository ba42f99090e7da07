/// A recursive-descent parser of a pattern's text.
struct PatternParser {
  private let text: String
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0
  private var ignoresCase = false

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  /// Parses the pattern.
  ///
  /// - Throws: `Misconfiguration` with the error and its place in the pattern.
  mutating func parse() throws(Misconfiguration) -> PatternNode {
    if bytes.starts(with: "(?i)".utf8) {
      ignoresCase = true
      position = 4
    }
    let node = try choice()
    guard position == bytes.count else { throw problem("a ) has no ( before it") }
    return node
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func problem(_ what: String) -> Misconfiguration {
    Misconfiguration("pattern \"\(text)\": \(what), at byte \(position)")
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func choice() throws(Misconfiguration) -> PatternNode {
    var branches = [try sequence()]
    while skip("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws(Misconfiguration) -> PatternNode {
    var nodes: [PatternNode] = []
    while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      nodes.append(try repeated(try atom()))
    }
    return .sequence(nodes)
  }

  private mutating func repeated(_ node: PatternNode) throws(Misconfiguration) -> PatternNode {
    let bounds: (from: Int, to: Int?)
    if skip("*") {
      bounds = (0, nil)
    } else if skip("+") {
      bounds = (1, nil)
    } else if skip("?") {
      bounds = (0, 1)
    } else if skip("{") {
      bounds = try counts()
    } else {
      return node
    }
    if node == .start || node == .end { throw problem("nothing to repeat") }
    // Greedy and lazy repetitions match the same texts, and only that counts here.
    _ = skip("?")
    if let byte = next, "*+?{".utf8.contains(byte) { throw problem("a repetition follows another") }
    return .repetition(node, from: bounds.from, to: bounds.to)
  }

  private mutating func counts() throws(Misconfiguration) -> (from: Int, to: Int?) {
    guard let from = number() else { throw problem("a number has to follow {") }
    var to: Int? = from
    if skip(",") { to = number() }
    guard skip("}"), from <= to ?? from else { throw problem("expected {2}, {2,} or {2,5}") }
    return (from, to)
  }

  private mutating func number() -> Int? {
    let start = position
    while let byte = next, ByteSet.digits.contains(byte), position - start < 4 { position += 1 }
    return Int(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func atom() throws(Misconfiguration) -> PatternNode {
    guard let byte = next else { throw problem("something is missing") }
    position += 1
    switch byte {
    case UInt8(ascii: "("): return try group()
    case UInt8(ascii: "["): return .bytes(cased(try set()))
    case UInt8(ascii: "."): return .bytes(ByteSet([0x0A]).inverted)
    case UInt8(ascii: "^"): return .start
    case UInt8(ascii: "$"): return .end
    case UInt8(ascii: "\\"): return .bytes(cased(try escape()))
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
      position -= 1
      throw problem("nothing to repeat")
    default: return character(byte)
    }
  }

  /// Returns a node for a character that stands for itself, with all of its UTF-8 bytes.
  private mutating func character(_ first: UInt8) -> PatternNode {
    var nodes = [PatternNode.bytes(cased(ByteSet([first])))]
    while let byte = next, first >= 0xC0, byte & 0xC0 == 0x80 {
      position += 1
      nodes.append(.bytes(ByteSet([byte])))
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private func cased(_ set: ByteSet) -> ByteSet { ignoresCase ? set.inEitherCase : set }

  private mutating func group() throws(Misconfiguration) -> PatternNode {
    if skip("?") && !skip(":") { throw problem("of the groups with ?, only (?: ) is supported") }
    depth += 1
    guard depth < 50 else { throw problem("groups are nested too deeply") }
    let node = try choice()
    guard skip(")") else { throw problem("a ) is missing") }
    depth -= 1
    return node
  }

  private mutating func escape() throws(Misconfiguration) -> ByteSet {
    guard let byte = next else { throw problem("something has to follow \\") }
    position += 1
    if let set = ByteSet.named(byte) { return set }
    // Other letters and digits mean features that don't exist here: a word boundary, a back
    // reference.
    guard !ByteSet.words.contains(byte) else {
      throw problem("\\\(Unicode.Scalar(byte)) is not supported")
    }
    return ByteSet([byte])
  }

  private mutating func set() throws(Misconfiguration) -> ByteSet {
    var set = ByteSet()
    let isInverted = skip("^")
    repeat {
      guard let byte = next else { throw problem("a ] is missing") }
      position += 1
      if byte == UInt8(ascii: "\\") {
        set.formUnion(try escape())
      } else if next == UInt8(ascii: "-"), position + 1 < bytes.count,
        bytes[position + 1] != UInt8(ascii: "]")
      {
        let last = bytes[position + 1]
        guard byte <= last, byte < 0x80, last < 0x80, last != UInt8(ascii: "\\") else {
          throw problem("not a range of ASCII characters in order")
        }
        position += 2
        set.formUnion(ByteSet(byte...last))
      } else {
        guard byte < 0x80 else { throw problem("only ASCII can stand in [ ]") }
        set.insert(byte)
      }
    } while !skip("]")
    return isInverted ? set.inverted : set
  }
}
