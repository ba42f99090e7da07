import Bytes

/// Writes members of JSON objects one after the other, in the order in which they are appended.
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
  mutating func open(_ name: StaticString) {
    begin(name)
    open()
  }

  mutating func close() {
    bytes.append(UInt8(ascii: "}"))
    isFirst = false
  }

  /// Begins a member; its value has to follow.
  ///
  /// - Parameter name: without characters that need an escape.
  mutating func begin(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  mutating func append(_ name: StaticString, _ text: String) {
    begin(name)
    JSONText.appendQuoted(text, to: &bytes)
  }

  mutating func append(_ name: StaticString, _ id: UUIDv7) {
    begin(name)
    bytes.append(UInt8(ascii: "\""))
    id.withText { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends the attributes of CloudEvents' extension for distributed tracing.
  mutating func append(_ trace: TraceContext) {
    begin("traceparent")
    bytes.append(UInt8(ascii: "\""))
    trace.withParent { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    if !trace.state.isEmpty { append("tracestate", fromSender: trace.state) }
  }

  /// Appends text that may not be UTF-8.
  mutating func append(_ name: StaticString, fromSender text: [UInt8]) {
    begin(name)
    JSONText.appendQuoted(fromSender: text, to: &bytes)
  }

  /// Appends a member whose name a sender chose, and whose text may not be UTF-8.
  mutating func append(named name: String, fromSender text: [UInt8]) {
    separate()
    JSONText.appendQuoted(name, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    JSONText.appendQuoted(fromSender: text, to: &bytes)
  }

  mutating func append(_ name: StaticString, _ number: Int) {
    begin(name)
    bytes.append(contentsOf: String(number).utf8)
  }

  private mutating func separate() {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
  }

  /// Appends a part of a value that is JSON already.
  mutating func append(written json: String) { bytes += json.utf8 }

  /// Goes on after members of the same object that were written elsewhere.
  mutating func `continue`() { isFirst = false }
}
