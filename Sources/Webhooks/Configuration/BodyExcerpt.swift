import Verification

/// The first bytes of a body as the log shows them, what is to be redacted masked.
struct BodyExcerpt {
  private let paths: [JSONPath]
  private let mostBytes: Int

  /// - Parameter paths: what is masked, of JSON. A body in which that can't be told is not shown.
  init(_ paths: [JSONPath], mostBytes: Int) {
    self.paths = paths
    self.mostBytes = mostBytes
  }

  func text(of body: [UInt8]) -> String {
    guard !paths.isEmpty else { return cut(body) }
    guard let ranges = JSONPath.ranges(of: paths, in: body) else {
      return "(not shown: it is no JSON, in which redact would mask something)"
    }
    var shown: [UInt8] = []
    var position = 0
    for range in ranges where range.lowerBound >= position && shown.count <= mostBytes {
      shown += body[position..<range.lowerBound]
      shown += "\"\(LoggingRule.mask)\"".utf8
      position = range.upperBound
    }
    if shown.count <= mostBytes { shown += body[position...].prefix(mostBytes + 1) }
    return cut(shown)
  }

  /// Cut between characters.
  private func cut(_ bytes: [UInt8]) -> String {
    guard bytes.count > mostBytes else { return String(decoding: bytes, as: UTF8.self) }
    var end = mostBytes
    while end > max(0, mostBytes - 3), bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return String(decoding: bytes[..<end], as: UTF8.self) + "… (cut)"
  }
}
