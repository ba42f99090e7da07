import CLinux
import Glibc

/// A file without a name, positioned at its start for a program to read.
package final class MemoryFile {
  package let descriptor: Int32

  package init(_ bytes: [UInt8]) throws {
    descriptor = linux_memory_file("levelwind-task")
    guard descriptor >= 0 else { throw Self.error("memfd_create") }
    var count = 0
    while count < bytes.count {
      let part = bytes.withUnsafeBytes {
        write(descriptor, $0.baseAddress! + count, bytes.count - count)
      }
      if part > 0 { count += part } else if errno != EINTR { throw Self.error("write") }
    }
    lseek(descriptor, 0, SEEK_SET)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  private static func error(_ call: String) -> DrainError {
    DrainError("\(call): \(String(cString: strerror(errno)))")
  }
}
