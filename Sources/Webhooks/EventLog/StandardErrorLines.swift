import Bytes
import Glibc

/// Standard error as the place of log lines, which are written whole, one after the other.
public final class StandardErrorLines: Sendable {
  /// The one instance of the process, which knows whether the last line is cut.
  public static let shared = StandardErrorLines()
  /// Whether the last write ended within a line, as on a full disk.
  private let isCut = Mutex(false)

  /// Writes whole lines. Waits without a limit until they are written.
  ///
  /// - Returns: false if some bytes couldn't be written.
  public func write(_ lines: [UInt8]) -> Bool {
    isCut.withLock { isCut in
      if isCut, Self.writeAll([10]) == 0 { return false }
      let written = Self.writeAll(lines)
      isCut = written == lines.count ? false : isCut || written > 0
      return written == lines.count
    }
  }

  private static func writeAll(_ bytes: [UInt8]) -> Int {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
      }
      if count > 0 {
        written += count
      } else if count < 0, errno == EAGAIN {
        // Another process that shares the descriptor made it non-blocking.
        var poll = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        _ = Glibc.poll(&poll, 1, -1)
      } else if count == 0 || errno != EINTR {
        break
      }
    }
    return written
  }
}
