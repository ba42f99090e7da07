import CLinux
import Glibc

/// The standard error of a program. It is passed on unless the tail is quiet, and its last bytes
/// are kept.
final class ErrorTail {
  /// The number of bytes that are kept.
  static let limit = 4096

  let readEnd: Int32
  private(set) var writeEnd: Int32
  /// Whether a process still has the write end open.
  private(set) var isOpen = true
  private var last: [UInt8] = []
  private let isQuiet: Bool

  init(isQuiet: Bool = false) throws {
    self.isQuiet = isQuiet
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw DrainError("pipe: \(String(cString: strerror(errno)))") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    close(readEnd)
    closeWriteEnd()
  }

  func closeWriteEnd() {
    if writeEnd >= 0 { close(writeEnd) }
    writeEnd = -1
  }

  /// Reads everything that is in the pipe, without waiting.
  func take() {
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while isOpen {
      let count = read(readEnd, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count == 0 { isOpen = false }
      guard count > 0 else { return }
      if !isQuiet { _ = write(STDERR_FILENO, buffer, count) }
      last = Array((last + buffer[..<count]).suffix(Self.limit))
    }
  }

  /// Returns the last of the output so far, at most `limit` bytes.
  func text() -> String {
    take()
    let whole = last.count < Self.limit ? last[...] : last.drop { $0 & 0xc0 == 0x80 }
    return String(decoding: whole, as: UTF8.self)
  }
}
