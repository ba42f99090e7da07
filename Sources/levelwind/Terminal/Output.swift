import Glibc

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
    Self.write(bytes)
    bytes = []
  }

  /// Writes at once, without a buffer.
  static func write(_ bytes: [UInt8], to descriptor: Int32 = STDOUT_FILENO) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { break }
    }
  }

  static func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
    write(Array(text.utf8), to: descriptor)
  }
}

/// A file that an argument names.
enum Input {
  /// Reads a file, which may be a pipe.
  ///
  /// - Parameters:
  ///   - path: the file; `-` is standard input.
  ///   - most: the bytes after which reading ends; nil to read all.
  /// - Returns: all that was read, which may be more than `most`.
  /// - Throws: the system's reason, in words.
  static func read(_ path: String, most: Int? = nil) throws(Unreadable) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Unreadable(path: path, number: errno) }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while most.map({ bytes.count < $0 }) ?? true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Unreadable(path: path, number: errno) }
      guard count > 0 else { break }
      bytes += piece[..<count]
    }
    return bytes
  }

  /// The reason why a file can't be read.
  struct Unreadable: Error, CustomStringConvertible {
    let path: String
    let number: Int32

    var description: String { "\(path) can't be read: \(String(cString: strerror(number)))" }
  }
}

extension String {
  /// The text with spaces behind it, up to a width in characters.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
