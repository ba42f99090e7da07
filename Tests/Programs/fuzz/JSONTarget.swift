import Bytes

@testable import Verification

/// A JSON text. The check that lets a body into a task verbatim must agree with an independent
/// reader. Cutting and looking for members must agree with a walk by hand.
enum JSONTarget {
  private typealias Text = JSONText

  static func run(_ text: [UInt8]) {
    quoting(text)
    let read = try? CheckedJSON(text)
    let isValid = Text.isValid(text)
    // The rules' reader skips a byte-order mark.
    let hasMark = text.starts(with: [0xEF, 0xBB, 0xBF])
    hold(isValid == JSONScanner.isJSON(text, depth: 100), "the readers disagree whether it is JSON")
    hold(hasMark || isValid == (read != nil), "the rules disagree whether it is JSON")
    hold(isValid || !Text.isPortable(text), "what is no JSON is portable")
    guard isValid, let read else {
      _ = Text.ranges(of: [[], [.index(0)], [.key([0x61]), .index(1)], [.key([])]], in: text)
      return
    }
    hold(Text.isValid([0x5B] + text + [0x5D], maximumDepth: 101), "not in an array")
    hold(!Text.isValid(text + [0x5D]), "with one bracket too many")
    let replaced = Text.replacingLoneSurrogates(text)
    hold(replaced.count == text.count && Text.isValid(replaced), "replaced, it is no JSON")
    hold(replaced == text || !Text.isPortable(text), "half of a pair is portable")
    cutting(text, read.root)
  }

  /// Compares every value down to three levels, as found by both.
  private static func cutting(_ text: [UInt8], _ root: JSONElement) {
    var wanted: [[Text.Step]: JSONElement] = [:]
    collect(root, at: [], into: &wanted)
    let paths = Array(wanted.keys)
    for (path, range) in zip(paths, Text.ranges(of: paths, in: text)) {
      hold(range.map { text[$0] } == wanted[path]?.raw, "\(path) is cut elsewhere")
      if let range, let string = wanted[path]?.string {
        hold(Text.text(at: range, in: text) == string, "\(path) says something else")
      }
    }
  }

  private static func collect(
    _ element: JSONElement, at path: [Text.Step], into found: inout [[Text.Step]: JSONElement]
  ) {
    // An earlier member of the same name doesn't count.
    found = found.filter { !$0.key.starts(with: path) }
    found[path] = element
    guard path.count < 3 else { return }
    for (index, child) in element.elements.prefix(20).enumerated() {
      collect(child, at: path + [.index(index)], into: &found)
    }
    let members = element.isObject ? members(of: element) : []
    for (name, child) in members.prefix(20) where UTF8Text.isValid(name) {
      let count = members.count { $0.0 == name }
      let found = try? element.member(String(decoding: name, as: UTF8.self))
      hold(count > 1 || found?.raw == child.raw, "a member is found elsewhere")
      hold(count == 1 || found == nil, "one of two members is found")
    }
    for (name, child) in members {
      collect(child, at: path + [.key(name)], into: &found)
    }
  }

  /// Returns an object's members in order, without those whose names have half of a surrogate pair.
  private static func members(of element: JSONElement) -> [([UInt8], JSONElement)] {
    let bytes = Array(element.raw)
    var members: [([UInt8], JSONElement)] = []
    var scanner = JSONScanner(bytes, at: 0)
    _ = scanner.skipObject { scanner in
      let start = scanner.position
      guard scanner.skipString() else { return false }
      let name = JSONElement(bytes: bytes, range: start..<scanner.position).string
      guard scanner.skipColon() else { return false }
      let value = scanner.position
      guard scanner.skipValue(depth: 100) else { return false }
      let range = value..<scanner.position
      if let name { members.append((name, JSONElement(bytes: bytes, range: range))) }
      return true
    }
    return members
  }

  /// Checks that any bytes can be quoted and read back.
  private static func quoting(_ text: [UInt8]) {
    let isText = String(validating: text, as: UTF8.self) != nil
    hold(UTF8Text.isValid(text) == isText, "UTF-8 is judged in two ways")
    let readable = UTF8Text.readingLatin1IfInvalid(text)
    hold(UTF8Text.isValid(readable) && (readable == text || !isText), "it is read as another text")
    var quoted: [UInt8] = []
    Text.appendQuoted(fromSender: text, to: &quoted)
    hold(Text.isValid(quoted), "quoted, it is no JSON")
    hold(Text.text(at: quoted.indices, in: quoted) == readable, "quoted, it says something else")
    guard let answer = JSONQuoting.quote(text) else { return hold(!isText, "it can't be quoted") }
    hold(Text.text(at: answer.indices, in: answer) == text, "in an answer, it says something else")
  }
}
