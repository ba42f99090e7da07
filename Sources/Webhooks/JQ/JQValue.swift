import CJQ

/// A JSON value of libjq. It belongs to one thread, because its reference counts aren't atomic.
final class JQValue {
  private let value: jv

  /// - Parameter value: The value, whose only reference this object takes over.
  init(taking value: jv) { self.value = value }

  deinit { jv_free(value) }

  /// The value with one more reference, for a function of libjq that consumes one.
  var copy: jv { jv_copy(value) }

  /// Whether jq's `if` takes it as true: it is neither false nor null.
  var isTrue: Bool {
    switch jv_get_kind(value) {
    case JV_KIND_FALSE, JV_KIND_NULL: false
    default: true
    }
  }

  var isNull: Bool { jv_get_kind(value) == JV_KIND_NULL }
  var isString: Bool { jv_get_kind(value) == JV_KIND_STRING }

  /// The UTF-8 bytes of a string; nil for anything else.
  var text: [UInt8]? {
    guard isString else { return nil }
    let count = Int(jv_string_length_bytes(copy))
    let start = UnsafeRawPointer(jv_string_value(value))
    return Array(UnsafeRawBufferPointer(start: start, count: count))
  }

  var number: Double? {
    jv_get_kind(value) == JV_KIND_NUMBER ? jv_number_value(value) : nil
  }

  /// The elements of an array; nil for anything else.
  var elements: [JQValue]? {
    guard jv_get_kind(value) == JV_KIND_ARRAY else { return nil }
    return (0..<jv_array_length(copy)).map { JQValue(taking: jv_array_get(copy, $0)) }
  }

  /// The number of elements of an array; nil for anything else.
  var count: Int? {
    jv_get_kind(value) == JV_KIND_ARRAY ? Int(jv_array_length(copy)) : nil
  }

  /// The member of an object; nil if it is missing.
  subscript(name: [UInt8]) -> JQValue? {
    guard jv_get_kind(value) == JV_KIND_OBJECT else { return nil }
    return Self.valid(jv_object_get(copy, Self.string(name)))
  }

  /// The element of an array; nil if it is missing.
  subscript(index: Int) -> JQValue? {
    guard let count, (0..<count).contains(index) else { return nil }
    return Self.valid(jv_array_get(copy, Int32(index)))
  }

  /// Returns an object with some members set to texts; any other value unchanged.
  func setting(_ members: [(name: String, text: String)]) -> JQValue {
    guard jv_get_kind(value) == JV_KIND_OBJECT else { return self }
    var object = copy
    for (name, text) in members {
      object = jv_object_set(object, Self.string(Array(name.utf8)), Self.string(Array(text.utf8)))
    }
    return JQValue(taking: object)
  }

  /// The value as JSON on one line.
  var json: [UInt8] { JQValue(taking: jv_dump_string(copy, 0)).text ?? [] }

  /// The first 200 characters of the JSON on one line.
  var shortText: String {
    let text = String(decoding: json, as: UTF8.self)
    return text.count > 200 ? text.prefix(200) + "…" : text
  }

  private static func string(_ bytes: [UInt8]) -> jv {
    bytes.withUnsafeBytes { bytes in
      let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      return start.map { jv_string_sized($0, Int32(clamping: bytes.count)) } ?? jv_string("")
    }
  }

  private static func valid(_ value: jv) -> JQValue? {
    guard jv_get_kind(value) != JV_KIND_INVALID else {
      jv_free(value)
      return nil
    }
    return JQValue(taking: value)
  }
}
