import ArgumentParser
import Foundation

/// The lines of a file that may still grow, or of standard input.
struct LineReader {
  private let descriptor: Int32
  private let path: String?
  private var buffer: [UInt8] = []
  private var isSkipping = false
  /// What is longer is no line of a log.
  private static let longest = 8 << 20

  /// - Parameter path: `-` for standard input.
  init(_ path: String) throws {
    if path == "-" {
      self.path = nil
      descriptor = STDIN_FILENO
      return
    }
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ExitCode.because(1, "\(path): \(String(cString: strerror(errno)))")
    }
  }

  /// The next whole line without its end; nil at the end for now.
  mutating func next() -> [UInt8]? {
    while true {
      if let end = buffer.firstIndex(of: 10) {
        let line = Array(buffer[..<end])
        buffer.removeFirst(end + 1)
        if !isSkipping { return line }
        isSkipping = false
      } else if !fill() {
        return nil
      } else if buffer.count > Self.longest {
        buffer = []
        isSkipping = true
      }
    }
  }

  private mutating func fill() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &chunk, chunk.count)
    guard count > 0 else { return false }
    buffer += chunk[..<count]
    return true
  }
}
