import Bytes

/// Writes random documents that use all of the grammar's freedom. The same seed gives the same
/// documents.
struct DocumentGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// Returns a document, with white space around it.
  mutating func document() -> [UInt8] {
    Array((space() + value(depth: 0) + space()).utf8)
  }

  /// Returns a path that exists in many of the documents.
  mutating func path() -> [JSONText.Step] {
    (0..<pick([0, 1, 1, 2, 2, 3, 4])).map { _ in
      chance(2) ? .index(Int.random(in: 0..<4, using: &self)) : .key(Array(pick(Self.names).utf8))
    }
  }

  /// Returns the document after a few changes. It may still be JSON.
  mutating func damaged(_ document: [UInt8]) -> [UInt8] {
    var bytes = document
    for _ in 0..<pick([1, 1, 2, 3]) {
      let place = Int.random(in: 0...bytes.count, using: &self)
      let byte = chance(4) ? UInt8.random(in: 0...255, using: &self) : pick(Self.interesting)
      switch pick([0, 1, 2]) {
      case 0: bytes.insert(byte, at: place)
      case 1 where place < bytes.count: bytes[place] = byte
      case _ where place < bytes.count: bytes.remove(at: place)
      default: break
      }
    }
    return bytes
  }

  private static let interesting = Array("[]{}:,\"\\u019.eE+- \n\ttfn/\u{7f}\u{0}\u{1f}äß€😀".utf8)
  private static let names = ["a", "b", "ä", "😀", "", "\u{fffd}", "a\"b", "key"]
  private static let writtenNames: [[String]] = [
    ["a", "\\u0061"], ["b", "\\u0062"], ["ä", "\\u00e4", "\\u00E4"], ["😀", "\\ud83d\\uDE00"], [""],
    ["\u{fffd}", "\\ufffd", "\\ud800", "\\udc00"], ["a\\\"b", "a\\u0022b"], ["key", "k\\u0065y"],
  ]
  private static let pieces = [
    "x", "[", "]", "{", "}", ",", ":", "\\\"", "\\\\", "\\/", "\\n", "\\u0000", "\\ud83d\\ude00",
    "\\ud800", "\\udfff", "ä", "€", "😀", "\u{7f}", "\u{2028}", " ", "long text of ASCII ",
  ]
  private static let numbers = [
    "0", "-0", "1", "-12", "1.50", "0.0e0", "1E+2", "3e-7", "123456789012345678901234567890",
    "1e999",
  ]

  private mutating func value(depth: Int) -> String {
    switch Int.random(in: 0..<(depth < 5 ? 12 : 5), using: &self) {
    case 0: pick(["null", "true", "false"])
    case 1, 2: pick(Self.numbers)
    case 3, 4: string()
    case 5...8:
      "{" + list { $0.name() + $0.space() + ":" + $0.space() + $0.value(depth: depth + 1) } + "}"
    default: "[" + list { $0.value(depth: depth + 1) } + "]"
    }
  }

  private mutating func list(_ item: (inout Self) -> String) -> String {
    var text = space()
    for index in 0..<pick([0, 1, 2, 3, 5]) {
      if index > 0 { text += "," + space() }
      text += item(&self) + space()
    }
    return text
  }

  private mutating func name() -> String { "\"\(pick(pick(Self.writtenNames)))\"" }

  private mutating func string() -> String {
    var text = "\""
    for _ in 0..<pick([0, 1, 2, 4, 9]) { text += pick(Self.pieces) }
    return text + "\""
  }

  private mutating func space() -> String {
    chance(2) ? "" : pick([" ", "\n", "\t", "\r\n", "  \n    "])
  }

  private mutating func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &self) == 0 }

  private mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[Int.random(in: 0..<choices.count, using: &self)]
  }
}
