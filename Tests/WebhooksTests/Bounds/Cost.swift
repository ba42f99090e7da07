import CJQ
import Glibc

/// The cost of some work, in a process that does nothing else.
struct Cost {
  /// The greatest growth of memory, in bytes.
  let memory: Int
  /// The processor time, in nanoseconds.
  let time: Int

  /// Measures some work. Free memory is given back to the kernel before.
  static func of(_ work: () -> Void) -> Cost {
    _ = Self.isSteady
    malloc_trim(0)
    // Resets the peak to what is held now (proc(5), clear_refs).
    let file = open("/proc/self/clear_refs", O_WRONLY)
    _ = write(file, "5", 1)
    close(file)
    let (before, start) = (bytes("VmRSS:"), processorTime)
    work()
    return Cost(memory: bytes("VmHWM:") - before, time: processorTime - start)
  }

  /// Has larger pieces of memory come from the kernel, and go back to it at once.
  private static let isSteady = mallopt(M_MMAP_THRESHOLD, 64 << 10)

  private static var processorTime: Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  private static func bytes(_ name: String) -> Int {
    var text = [UInt8](repeating: 0, count: 8192)
    let file = open("/proc/self/status", O_RDONLY)
    defer { close(file) }
    let count = read(file, &text, text.count)
    for line in text.prefix(max(count, 0)).split(separator: 10) where line.starts(with: name.utf8) {
      let digits = line.filter { 0x30...0x39 ~= $0 }
      return (Int(String(decoding: digits, as: UTF8.self)) ?? 0) << 10
    }
    return 0
  }
}
