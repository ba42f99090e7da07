import FoundationEssentials

/// Writes JSON objects member by member, for texts with many thousands of them: a coder takes ten
/// times as long. A member whose value is nil is left out.
package struct JSONObjectWriter {
  /// What was written so far.
  package private(set) var bytes: [UInt8] = []
  private var isFirst = true

  package init() {}

  /// Writes an object, whose members `write` adds.
  package mutating func object(_ write: (inout JSONObjectWriter) -> Void) {
    bytes.append(UInt8(ascii: "{"))
    isFirst = true
    write(&self)
    bytes.append(UInt8(ascii: "}"))
    isFirst = false
  }

  /// Adds an object.
  package mutating func add(_ name: String, _ write: (inout JSONObjectWriter) -> Void) {
    begin(name)
    object(write)
  }

  /// Adds a list of objects.
  package mutating func add<Element>(
    _ name: String, _ elements: [Element], _ write: (Element, inout JSONObjectWriter) -> Void
  ) {
    list(name, elements) { element, writer in writer.object { write(element, &$0) } }
  }

  package mutating func add(_ name: String, _ texts: [String]) {
    list(name, texts) { text, writer in JSONText.appendQuoted(text, to: &writer.bytes) }
  }

  package mutating func add(_ name: String, _ text: String?) {
    guard let text else { return }
    begin(name)
    JSONText.appendQuoted(text, to: &bytes)
  }

  package mutating func add(_ name: String, _ number: Int?) { add(name, written: number) }

  /// Adds a number, which has to be finite.
  package mutating func add(_ name: String, _ number: Double?) { add(name, written: number) }

  package mutating func add(_ name: String, _ isTrue: Bool) { add(name, written: isTrue) }

  /// Adds a moment by its second: `2026-11-23T18:49:06Z`.
  package mutating func add(_ name: String, _ moment: Date?) {
    add(name, moment.map { "\($0.rfc3339.prefix(19))Z" })
  }

  private mutating func add(_ name: String, written value: (some CustomStringConvertible)?) {
    guard let value else { return }
    begin(name)
    bytes += value.description.utf8
  }

  private mutating func list<Element>(
    _ name: String, _ elements: [Element], _ write: (Element, inout JSONObjectWriter) -> Void
  ) {
    begin(name)
    bytes.append(UInt8(ascii: "["))
    for (place, element) in elements.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      write(element, &self)
    }
    bytes.append(UInt8(ascii: "]"))
    isFirst = false
  }

  private mutating func begin(_ name: String) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    JSONText.appendQuoted(name, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
  }
}
