import Bytes
import Foundation

/// A task file as an importer reads it.
struct TaskFile {
  let bytes: [UInt8]

  /// Checks that the bytes are one JSON text on one line.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    hold(JSONText.isValid(bytes, maximumDepth: 62), "the task is no JSON")
    hold(bytes.starts(with: "{".utf8) && bytes.suffix(3).elementsEqual("}}\n".utf8), "its frame")
  }

  func text(_ path: String...) -> [UInt8]? {
    let steps = path.map { JSONText.Step.key(Array($0.utf8)) }
    return JSONText.range(of: steps, in: bytes).flatMap { JSONText.text(at: $0, in: bytes) }
  }

  /// Returns the sender's exact bytes, by the recipe of their encoding.
  func body(of count: Int) -> [UInt8]? {
    let string = text("data", "body")
    switch text("data", "bodyEncoding").map({ String(decoding: $0, as: UTF8.self) }) {
    case "json": return Array(bytes.suffix(count + 3).prefix(count))
    case "text": return string
    case "base64":
      return string.flatMap { Data(base64Encoded: String(decoding: $0, as: UTF8.self)) }
        .map { Array($0) }
    default: return nil
    }
  }
}
