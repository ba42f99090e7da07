import Foundation

/// How old, and how far ahead of our clock, a sender's timestamp may be.
public struct TimestampRule: Sendable, Equatable {
  /// Where the timestamp stands.
  public enum Place: Sendable, Equatable {
    /// A header; it has to come once.
    case header(String)
    /// A key of the header of `SignaturePlace.pairs`.
    case pair(String)
    /// A text or number of a JSON body.
    case body(JSONPath)
    /// A field of a form body; it has to come once.
    case formField(String)
  }

  /// How it is written.
  public enum Unit: String, Sendable, CaseIterable {
    /// Seconds since 1970, digits only.
    case seconds = "s"
    /// Milliseconds since 1970, digits only.
    case milliseconds = "ms"
    /// RFC 3339, with up to nine decimals: `2026-09-21T14:13:20.123456789Z`.
    case rfc3339
  }

  /// The longest timestamp in a body, in bytes.
  private static let longestText = 100

  /// Where the timestamp stands.
  public var place: Place
  /// Seconds by default.
  public var unit: Unit
  /// The greatest age that still passes, 300 s by default; nil for any.
  public var past: Duration?
  /// How far ahead it may be, 300 s by default; nil for any.
  public var future: Duration?
  /// Whether a request without any timestamp passes; false by default.
  public var isOptional: Bool

  public init(
    _ place: Place, unit: Unit = .seconds, past: Duration? = .seconds(300),
    future: Duration? = .seconds(300), isOptional: Bool = false
  ) {
    self.place = place
    self.unit = unit
    self.past = past
    self.future = future
    self.isOptional = isOptional
  }

  /// The timestamp as text, once it is known to be of our time; nil if it may be missing and is.
  ///
  /// - Throws: `Refusal.unverified` if it is missing, ambiguous, unreadable, too old or too new.
  func check(_ request: Request, _ pairs: Pairs?, at now: Date) throws(Refusal) -> [UInt8]? {
    guard let text = try text(in: request, pairs) else { return nil }
    guard let moment = unit.moment(text) else {
      throw .unverified("the timestamp can't be read")
    }
    let age = now.timeIntervalSince(moment)
    if let past, age > past.timeInterval {
      throw .stale(
        "the timestamp is \(Int(age)) s old, \(past.words) are allowed\(doubt(text, at: now))",
        ahead: -Int(age))
    }
    if let future, -age > future.timeInterval {
      throw .stale(
        "the timestamp is \(Int(-age)) s ahead, \(future.words) are allowed\(doubt(text, at: now))",
        ahead: Int(-age))
    }
    return text
  }

  /// What is said of a timestamp that would be one of these days in another unit.
  private func doubt(_ text: [UInt8], at now: Date) -> String {
    let others: [(unit: Unit, words: String)] = [
      (.milliseconds, "milliseconds: unit: ms"), (.seconds, "seconds: unit: s"),
    ]
    let meant = others.first { other in
      guard other.unit != unit, let moment = other.unit.moment(text) else { return false }
      return abs(now.timeIntervalSince(moment)) < 86_400 * 365
    }
    return meant.map { "; it looks like \($0.words)" } ?? ""
  }

  private func text(in request: Request, _ pairs: Pairs?) throws(Refusal) -> [UInt8]? {
    switch place {
    case .header(let name):
      if isOptional, !request.headers.has(name) { return nil }
      return try request.headers.value(name)
    case .pair(let key):
      if isOptional, pairs?.values(of: key).isEmpty ?? true { return nil }
      return try (pairs ?? Pairs([], separator: ",")).single(key)
    case .body(let path):
      guard isOptional else { return try path.text(in: request, most: Self.longestText) }
      let values = try path.values(in: try request.json().root)
      return values.compactMap { $0 }.isEmpty
        ? nil : try path.text(in: request, most: Self.longestText)
    case .formField(let name):
      let form = FormFields(request.body)
      if isOptional, !form.has(name) { return nil }
      let field = try form.single(name, "form field")
      guard field.rawValue.count <= 3 * Self.longestText else {
        throw .unverified("form field \(name) is too long for a timestamp")
      }
      return field.value
    }
  }
}

extension TimestampRule.Unit {
  /// The moment that a text says; nil if it isn't of this unit.
  func moment(_ text: [UInt8]) -> Date? {
    switch self {
    case .seconds: Self.number(text).map { Date(timeIntervalSince1970: $0) }
    case .milliseconds: Self.number(text).map { Date(timeIntervalSince1970: $0 / 1000) }
    case .rfc3339: RFC3339.moment(text)
    }
  }

  private static func number(_ text: [UInt8]) -> Double? {
    guard 1...15 ~= text.count, text.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    return text.reduce(0) { $0 * 10 + Double($1 - 0x30) }
  }
}

extension Duration {
  /// In seconds: `300 s`.
  fileprivate var words: String {
    let whole = components.attoseconds == 0
    return whole ? "\(components.seconds) s" : "\(timeInterval) s"
  }

  /// The duration in seconds.
  var timeInterval: TimeInterval {
    TimeInterval(components.seconds) + TimeInterval(components.attoseconds) / 1e18
  }
}
