import Foundation

/// Standard output, written in large pieces.
struct Output {
  private var bytes: [UInt8] = []

  mutating func append(_ more: some Sequence<UInt8>) {
    bytes.append(contentsOf: more)
    if bytes.count > 1 << 16 { flush() }
  }

  mutating func append(line: String) {
    append(line.utf8)
    append([UInt8(ascii: "\n")])
  }

  /// Writes the appended bytes. If the reader is gone, SIGPIPE ends the process.
  mutating func flush() {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { break }
    }
    bytes = []
  }
}
