/// The place of a delivery in a distributed trace (W3C Trace Context, level 1). It is only what a
/// sender says, before anything is verified: nothing may be decided by it.
public struct TraceContext: Sendable, Equatable {
  /// The headers that carry it, in lower case. CloudEvents gives its attributes the same names.
  public enum Name {
    /// The trace, the span, and the flags.
    public static let parent = "traceparent"
    /// What tracing systems of their own add.
    public static let state = "tracestate"
  }

  /// The trace.
  public let trace: TraceID
  private let span_: UInt64
  private let flags: UInt8
  /// The members of `tracestate`, joined by commas; at most 512 bytes of visible ASCII and blanks,
  /// and empty without any.
  public let state: [UInt8]

  /// The span that what is done with the delivery is a child of: 16 hexadecimal digits in lower
  /// case, never all 0.
  public var span: String { span_.lowerHex }

  /// Begins a trace with random numbers.
  ///
  /// Its spans are to be recorded (the flag `sampled`): an importer whose sampler heeds its parent
  /// would record nothing otherwise.
  public init(random numbers: (UInt64, UInt64, UInt64)) {
    trace = TraceID(random: (numbers.0, numbers.1))
    span_ = max(1, numbers.2)
    flags = Self.sampled
    state = []
  }

  /// Takes a trace over whose ids are known; nil if they aren't what `trace` and `span` have.
  public init?(trace: String, span: String) {
    guard let trace = TraceID(trace), span.utf8.count == 16,
      let span = UInt64(lowerHex: span.utf8), span != 0
    else { return nil }
    (self.trace, span_, flags, state) = (trace, span, Self.sampled, [])
  }

  /// Reads the headers of a request, each with the values of all its lines.
  ///
  /// - Returns: nil if `traceparent` is missing, came twice, or isn't valid. A `tracestate` that
  ///   isn't valid is left out.
  public init?(parent lines: [[UInt8]], state: @autoclosure () -> [[UInt8]]) {
    guard lines.count == 1, let parent = TraceParent(lines[0].withoutBlanks) else { return nil }
    (trace, span_, flags) = (parent.trace, parent.span, parent.flags)
    self.state = TraceState.joined(state())
  }

  /// Reads the attributes of a CloudEvent; nil if `parent` is missing or isn't valid.
  public init?(parent: String?, state: String?) {
    guard let parent else { return nil }
    self.init(
      parent: [Array(parent.utf8)], state: state.map { [Array($0.utf8)] } ?? [])
  }

  /// The flag that asks for the spans to be recorded.
  private static let sampled: UInt8 = 1

  /// The length of the text of `traceparent` in bytes.
  private static let parentCount = 55

  /// The value of `traceparent`, always of version 00: 55 bytes.
  public var parent: String { withParent { String(decoding: $0, as: UTF8.self) } }

  /// Passes the 55 bytes of `traceparent` to `body`, without memory of their own.
  public func withParent<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.parentCount) { text in
      text.initialize(repeating: UInt8(ascii: "-"))
      UInt64(0).writeLowerHex(2, to: text, at: 0)
      trace.high.writeLowerHex(16, to: text, at: 3)
      trace.low.writeLowerHex(16, to: text, at: 19)
      span_.writeLowerHex(16, to: text, at: 36)
      UInt64(flags).writeLowerHex(2, to: text, at: 53)
      return body(UnsafeBufferPointer(text))
    }
  }
}

/// The value of `traceparent` (W3C Trace Context, level 1, section 3.2).
private struct TraceParent {
  let trace: TraceID
  let span: UInt64
  let flags: UInt8

  /// Reads a value of version 00, or what a higher version has of it; nil if it isn't valid.
  init?(_ text: ArraySlice<UInt8>) {
    func number(_ place: Int, _ count: Int) -> UInt64? {
      UInt64(lowerHex: text.dropFirst(place).prefix(count))
    }
    func isHyphen(_ place: Int) -> Bool { text[text.startIndex + place] == UInt8(ascii: "-") }
    guard text.count >= 55, let version = number(0, 2), version != 0xff,
      isHyphen(2), isHyphen(35), isHyphen(52),
      // A higher version may say more, behind a hyphen.
      text.count == 55 || version > 0 && isHyphen(55),
      let high = number(3, 16), let low = number(19, 16), let trace = TraceID(high: high, low: low),
      let span = number(36, 16), span != 0, let flags = number(53, 2)
    else { return nil }
    (self.trace, self.span) = (trace, span)
    // Of a higher version only this flag is known.
    self.flags = UInt8(version == 0 ? flags : flags & 1)
  }
}

/// The value of `tracestate` (W3C Trace Context, level 1, section 3.3).
private enum TraceState {
  private static let comma = UInt8(ascii: ",")
  private static let mostMembers = 32
  /// The bytes that have to be passed on at least; Levelwind passes on no more.
  private static let most = 512
  /// What is longer goes first where the whole is too long.
  private static let longMember = 128

  /// Returns the members of all lines, joined by commas; empty if one isn't valid, or there are
  /// more than 32. Of two members with one key, the first is kept.
  static func joined(_ lines: [[UInt8]]) -> [UInt8] {
    var members: [ArraySlice<UInt8>] = []
    for line in lines {
      var rest = line[...]
      while !rest.isEmpty {
        let part = rest.prefix { $0 != comma }
        rest = rest[part.endIndex...].dropFirst()
        let member = part.withoutBlanks
        if member.isEmpty { continue }
        guard let key = key(of: member), members.count < mostMembers else { return [] }
        if !members.contains(where: { $0.starts(with: key) }) { members.append(member) }
      }
    }
    shorten(&members)
    var joined: [UInt8] = []
    joined.reserveCapacity(most)
    for member in members {
      if !joined.isEmpty { joined.append(comma) }
      joined += member
    }
    return joined
  }

  /// Removes members until the rest may be passed on: those over 128 bytes, then the last.
  private static func shorten(_ members: inout [ArraySlice<UInt8>]) {
    var count = members.reduce(members.count - 1) { $0 + $1.count }
    while count > most {
      let place = members.lastIndex { $0.count > longMember } ?? members.count - 1
      count -= members.remove(at: place).count + 1
    }
  }

  /// Returns the key of a member, with the `=`; nil if the member isn't valid.
  private static func key(of member: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let equals = member.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    let (key, value) = (member[..<equals], member[(equals + 1)...])
    let isValue =
      1...256 ~= value.count
      && value.allSatisfy { 0x20...0x7e ~= $0 && $0 != UInt8(ascii: "=") }
    return isValue && isKey(key) ? member[...equals] : nil
  }

  private static func isKey(_ key: ArraySlice<UInt8>) -> Bool {
    guard let at = key.firstIndex(of: UInt8(ascii: "@")) else {
      return isName(key, 1...256, mayBeginWithDigit: false)
    }
    return isName(key[..<at], 1...241, mayBeginWithDigit: true)
      && isName(key[(at + 1)...], 1...14, mayBeginWithDigit: false)
  }

  private static func isName(
    _ name: ArraySlice<UInt8>, _ counts: ClosedRange<Int>, mayBeginWithDigit: Bool
  ) -> Bool {
    guard counts ~= name.count, let first = name.first else { return false }
    let signs = "_-*/".utf8
    return (isLetter(first) || mayBeginWithDigit && isDigit(first))
      && name.allSatisfy { isLetter($0) || isDigit($0) || signs.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { 0x61...0x7a ~= byte }
  private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }
}

extension Collection<UInt8> where SubSequence == ArraySlice<UInt8> {
  /// The value without the blanks and tabs around it, which don't belong to it (RFC 9110, 5.5).
  fileprivate var withoutBlanks: ArraySlice<UInt8> {
    var rest = self[...]
    while let first = rest.first, first == 0x20 || first == 0x09 { rest.removeFirst() }
    while let last = rest.last, last == 0x20 || last == 0x09 { rest.removeLast() }
    return rest
  }
}
