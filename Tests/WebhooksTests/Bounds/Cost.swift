import CJQ
import Glibc

/// What some work took of a process that does nothing else.
struct Cost {
  /// Bytes that it held more than before, at the most.
  let memory: Int
  /// Time of the processor, in nanoseconds.
  let time: Int

  /// - Parameter work: what is measured; its memory is given back before.
  static func of(_ work: () -> Void) -> Cost {
    _ = Self.isSteady
    malloc_trim(0)
    // Takes the peak down to what is held now (proc(5), clear_refs).
    let file = open("/proc/self/clear_refs", O_WRONLY)
    _ = write(file, "5", 1)
    close(file)
    let (before, start) = (bytes("VmRSS:"), processorTime)
    work()
    return Cost(memory: bytes("VmHWM:") - before, time: processorTime - start)
  }

  /// Larger pieces of memory come from the kernel, and go back there at once.
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
