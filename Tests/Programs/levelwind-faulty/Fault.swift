import Glibc

/// A fault of certain calls.
struct Fault: Equatable {
  enum Effect: Equatable {
    case drop
    case delay(milliseconds: Int)
    /// The first of these calls waits for a writer of this FIFO, until the writer closes it.
    case hold(fifo: String)
    case fail(from: Int, through: Int, number: Int32)
  }

  /// The beginning of the names of the calls; empty for any.
  let calls: String
  /// A part of the path on which the calls are made; nil for any.
  let place: String?
  let effect: Effect

  /// Whether exactly one call fails.
  var isSingle: Bool {
    guard case .fail(let from, let through, _) = effect else { return false }
    return from == through
  }

  func concerns(_ call: Call, on path: String) -> Bool {
    call.rawValue.hasPrefix(calls) && (place.map { "\(path)/".contains("/\($0)/") } ?? true)
  }

  /// Parses a fault; nil for text that isn't one, or that concerns no call.
  init?(argument: String) {
    let words = argument.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count >= 2, let effect = Self.effect(words) else { return nil }
    let parts = words[1].split(separator: "@", maxSplits: 1).map(String.init)
    guard let named = parts.first else { return nil }
    let calls = named == "any" ? "" : named
    let concerned = Call.allCases.filter { $0.rawValue.hasPrefix(calls) }
    let onlyFlushes = concerned.allSatisfy { $0.rawValue.hasPrefix("flush") }
    guard !concerned.isEmpty, effect != .drop || onlyFlushes else { return nil }
    self.calls = calls
    place = parts.count > 1 ? parts[1] : nil
    self.effect = effect
  }

  private static func effect(_ words: [String]) -> Effect? {
    switch (words[0], words.count) {
    case ("drop", 2): return .drop
    case ("delay", 3): return Int(words[2]).map { .delay(milliseconds: $0) }
    case ("hold", 3): return .hold(fifo: words[2])
    case ("fail", 4):
      let isLasting = words[2].hasSuffix("+")
      guard let from = Int(words[2].prefix { $0 != "+" }), let number = number(words[3])
      else { return nil }
      return .fail(from: from, through: isLasting ? .max : from, number: number)
    default: return nil
    }
  }

  private static func number(_ text: String) -> Int32? {
    ["EIO": EIO, "ENOSPC": ENOSPC, "EMFILE": EMFILE, "EROFS": EROFS][text] ?? Int32(text)
  }
}
