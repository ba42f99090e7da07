import Bytes
import FoundationEssentials

/// The bounds on a sender's timestamp: how old, and how far ahead of our clock, it may be.
public struct TimestampRule: Sendable, Equatable {
  /// The place of a timestamp in a request.
  public enum Place: Sendable, Equatable {
    /// A header, which has to hold one value.
    case header(String)
    /// A key of the header of `SignaturePlace.pairs`.
    case pair(String)
    /// A text or number of a JSON body.
    case body(JSONPath)
    /// A field of a form body, which has to come exactly once.
    case formField(String)
  }

  /// The format of a timestamp.
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

  /// The place of the timestamp.
  public var place: Place
  /// The format; seconds since 1970 by default.
  public var unit: Unit
  /// The greatest accepted age, 300 s by default; nil for any.
  public var past: Duration?
  /// The greatest accepted distance ahead of our clock, 300 s by default; nil for any.
  public var future: Duration?
  /// Whether a request without a timestamp passes; false by default.
  public var isOptional: Bool

  /// Makes a rule. By default the timestamp is in seconds, required, and at most 300 s off.
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

  /// Returns the timestamp as text after checking its age; nil if it is optional and missing.
  ///
  /// - Throws: `Rejection.unverified` if it is missing, ambiguous, unreadable, too old or too far
  ///   ahead.
  func check(_ request: Request, _ pairs: Pairs?, at now: Date) throws(Rejection) -> [UInt8]? {
    guard let text = try text(in: request, pairs) else { return nil }
    guard let moment = unit.moment(text) else {
      throw .unverified("the timestamp can't be read")
    }
    let age = now.timeIntervalSince(moment)
    if let past, age > past.inSeconds {
      throw .stale(
        "the timestamp is \(Int(age)) s old, \(past.words) are allowed\(doubt(text, at: now))",
        ahead: -Int(age))
    }
    if let future, -age > future.inSeconds {
      throw .stale(
        "the timestamp is \(Int(-age)) s ahead, \(future.words) are allowed\(doubt(text, at: now))",
        ahead: Int(-age))
    }
    return text
  }

  /// Returns a hint for the rejection's reason if the timestamp, read in another unit, is within a
  /// year of now; empty otherwise.
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

  private func text(in request: Request, _ pairs: Pairs?) throws(Rejection) -> [UInt8]? {
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
  /// Returns the moment that a text says; nil if it isn't in this format.
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
  /// The duration in words, in seconds: `300 s`.
  fileprivate var words: String {
    let whole = components.attoseconds == 0
    return whole ? "\(components.seconds) s" : "\(inSeconds) s"
  }
}
