import JSONBytes

/// Members of JSON objects, written one behind the other in the order they are appended.
struct JSONMembers {
  private(set) var bytes: [UInt8] = []
  private var isFirst = true

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  /// Begins an object.
  mutating func open() {
    bytes.append(UInt8(ascii: "{"))
    isFirst = true
  }

  /// Begins an object that is a member.
  mutating func open(_ name: String) {
    begin(name)
    open()
  }

  mutating func close() {
    bytes.append(UInt8(ascii: "}"))
    isFirst = false
  }

  /// Begins a member whose value follows.
  mutating func begin(_ name: String) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    JSONText.appendQuoted(name, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
  }

  mutating func append(_ name: String, _ text: String) {
    begin(name)
    JSONText.appendQuoted(text, to: &bytes)
  }

  /// Appends text that may not be UTF-8.
  mutating func append(_ name: String, fromSender text: [UInt8]) {
    begin(name)
    JSONText.appendQuoted(fromSender: text, to: &bytes)
  }

  mutating func append(_ name: String, _ number: Int) {
    begin(name)
    bytes += Array(String(number).utf8)
  }

  /// Goes on behind members of the same object that were written elsewhere.
  mutating func `continue`() { isFirst = false }
}
