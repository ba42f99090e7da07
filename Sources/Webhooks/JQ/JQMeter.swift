import CJQ
import Glibc

/// A counter of the bytes that libjq holds on one thread while a program runs there. Memory that
/// other deliveries take doesn't count.
///
/// libjq allocates and frees memory through functions that it exports, and calls them through the
/// process's symbol table. The functions below replace them, as any program may replace `malloc`.
final class JQMeter {
  private var bytes = 0
  /// The bytes that may be held before `grow` is asked. At first they are so few that all threads
  /// together don't matter.
  private var allowed = 256 << 10
  private let step: Int
  private let grow: (Int) -> Bool
  private var isStopped = false

  /// - Parameters:
  ///   - step: The bytes that are asked for at a time.
  ///   - grow: Returns whether this many bytes in all may be held. After it returned false it isn't
  ///     called again: it has stopped the program, which only finishes its current step.
  init(step: Int, grow: @escaping (Int) -> Bool) {
    self.step = step
    self.grow = grow
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  /// Counts the allocations of libjq on this thread while `body` runs.
  func measure<Result>(_ body: () -> Result) -> Result {
    pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
    defer { pthread_setspecific(Self.key, nil) }
    return withExtendedLifetime(self) { body() }
  }

  /// Counts for the meter of this thread, if there is one.
  ///
  /// - Parameter more: The bytes that were allocated; negative for freed ones.
  fileprivate static func count(_ more: Int) {
    guard let meter = pthread_getspecific(key) else { return }
    Unmanaged<JQMeter>.fromOpaque(meter)._withUnsafeGuaranteedRef { $0.count(more) }
  }

  private func count(_ more: Int) {
    bytes += more
    guard bytes > allowed, !isStopped else { return }
    allowed = bytes + step
    isStopped = !grow(allowed)
  }
}

/// Ends the process with status 71, "system error" in sysexits.h. Nothing here takes memory.
private func endWithoutMemory() -> Never {
  let line: StaticString = "there is no memory left for jq\n"
  _ = write(STDERR_FILENO, line.utf8Start, line.utf8CodeUnitCount)
  _exit(71)
}

/// Replaces libjq's allocation.
///
/// - Returns: The memory, never nil: libjq can't go on without it, so the process ends.
@_cdecl("jv_mem_alloc")
public func allocateForJQ(_ size: Int) -> UnsafeMutableRawPointer {
  guard let memory = malloc(size) else { endWithoutMemory() }
  JQMeter.count(malloc_usable_size(memory))
  return memory
}

/// Replaces libjq's reallocation.
///
/// - Parameters:
///   - memory: The memory to resize; nil to allocate.
///   - size: The wanted number of bytes.
/// - Returns: The memory, never nil: libjq can't go on without it, so the process ends.
@_cdecl("jv_mem_realloc")
public func reallocateForJQ(_ memory: UnsafeMutableRawPointer?, _ size: Int)
  -> UnsafeMutableRawPointer
{
  let before = memory.map { malloc_usable_size($0) } ?? 0
  guard let memory = realloc(memory, size) else { endWithoutMemory() }
  JQMeter.count(malloc_usable_size(memory) - before)
  return memory
}

/// Replaces libjq's release of memory, which does nothing for nil.
@_cdecl("jv_mem_free")
public func freeForJQ(_ memory: UnsafeMutableRawPointer?) {
  guard let memory else { return }
  JQMeter.count(-malloc_usable_size(memory))
  free(memory)
}
