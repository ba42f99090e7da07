import Foundation
import Synchronization

/// A file with a line for each call: `flush-file 17 <name> done`. The number counts openings, so
/// that no two share it. The last word is `done`, `failed` or `dropped`.
final class CallRecord: Sendable {
  private let descriptor: Int32

  init(path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    if descriptor < 0 { throw CocoaError(.fileWriteUnknown) }
  }

  func note(_ call: Call, _ opening: Int, _ name: String, _ outcome: String) {
    let line = Array("\(call.rawValue) \(opening) \(name) \(outcome)\n".utf8)
    _ = write(descriptor, line, line.count)
  }
}
