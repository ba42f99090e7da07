/// Text of an adversary.
enum Hostile {
  private static let pieces: [String] = [
    "\n", "\r\n", "\u{1b}[2J", "\u{1b}]0;t\u{7}", "\u{9b}31m", "\u{85}", "\u{2028}", "\u{2029}",
    "\u{202e}", "\u{2066}", "\u{200f}", "\u{feff}", "\u{ad}", "\u{e0041}", "\0", "\u{7f}", "\t",
    #"""#, #"\"#, #"\u001b"#, #""}{"level":"error"}"#, "ä", "中", "😀", "a\u{301}", "\u{fffd}",
    " verdict=accepted", "x", "\u{fff9}", "\u{d7ff}", "\u{10ffff}",
  ]

  /// Returns some of the pieces, one behind the other.
  static func text(_ random: inout Seeded) -> String {
    (0..<Int.random(in: 0...40, using: &random))
      .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
  }

  /// Whether a scalar ends a line, moves a cursor or reorders text.
  static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}

/// Random numbers that are the same in every run (SplitMix64).
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
