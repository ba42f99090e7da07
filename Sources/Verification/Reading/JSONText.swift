import JSONBytes
import Synchronization

/// A JSON text (RFC 8259), checked as a whole and then read where it stands.
///
/// What a rule decides on must mean one thing only. Foundation's reader takes one of two members of
/// the same name without a word, loses the digits of numbers and the exact text of a node, which some
/// senders sign, and builds the whole tree to find one string in it.
struct JSONText {
  /// The deepest nesting that is read.
  static let depth = 100
  /// The most elements of arrays that are looked at in one text: each costs a stranger nothing.
  static let mostElements = 10_000

  /// The outermost value.
  let root: JSONElement

  /// - Throws: `Refusal.unverified` for what is not JSON in UTF-8, or nested too deeply. A byte
  ///   order mark is skipped (RFC 8259, 8.1, lets a reader do so; Business Central sent one).
  init(_ bytes: [UInt8]) throws(Refusal) {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    if let place = JSONBytes.JSONText.firstInvalid(
      in: bytes.span.extracting(start...), maximumDepth: Self.depth)
    {
      throw .unverified("the body is no JSON in UTF-8, from byte \(start + place) on")
    }
    let isBlank: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    let first = bytes[start...].firstIndex { !isBlank($0) } ?? start
    let last = bytes[first...].lastIndex { !isBlank($0) } ?? first
    root = JSONElement(bytes: bytes, range: first..<last + 1)
  }
}

extension Request {
  /// The body as JSON; checked once, however many rules read it.
  ///
  /// - Throws: `Refusal.unverified` where it is none.
  func json() throws(Refusal) -> JSONText { try reading.json(of: body) }
}

/// What was made of a body while rules read it. One thread reads, so that nobody waits at the lock.
final class BodyReading: Sendable {
  private let kept = Mutex<Result<JSONText, Refusal>?>(nil)

  fileprivate func json(of body: [UInt8]) throws(Refusal) -> JSONText {
    let result = kept.withLock { kept in
      let result = kept ?? Result { () throws(Refusal) in try JSONText(body) }
      kept = result
      return result
    }
    return try result.get()
  }
}
