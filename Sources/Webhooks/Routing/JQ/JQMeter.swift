import CJQ
import Glibc

/// Counts the bytes that libjq holds on one thread while a program runs there: what other deliveries
/// take meanwhile is none of the program's.
///
/// libjq gets and frees memory through functions of its own names, and calls them through the
/// process's table of symbols. Those below take their place, as any program may replace `malloc`.
final class JQMeter {
  private var bytes = 0
  /// What may be held without asking: first so little that all threads together don't matter.
  private var allowed = 256 << 10
  private let step: Int
  private let grow: (Int) -> Bool
  private var isStopped = false

  /// - Parameters:
  ///   - step: how many bytes more are asked for at a time.
  ///   - grow: whether so many bytes in all may be held. Once they may not, it is asked no more: it
  ///     has stopped the program, which goes on for the step that it is in.
  init(step: Int, grow: @escaping (Int) -> Bool) {
    self.step = step
    self.grow = grow
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  /// Counts what is allocated on this thread while `body` runs.
  func measure<Result>(_ body: () -> Result) -> Result {
    pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
    defer { pthread_setspecific(Self.key, nil) }
    return withExtendedLifetime(self) { body() }
  }

  /// - Parameter more: bytes; below zero for those that are freed.
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

/// - Returns: never nil: libjq has no way to go on without.
@_cdecl("jv_mem_alloc")
public func allocateForJQ(_ size: Int) -> UnsafeMutableRawPointer {
  guard let memory = malloc(size) else { fatalError("there is no memory left for jq") }
  JQMeter.count(malloc_usable_size(memory))
  return memory
}

@_cdecl("jv_mem_realloc")
public func reallocateForJQ(_ memory: UnsafeMutableRawPointer?, _ size: Int)
  -> UnsafeMutableRawPointer
{
  let before = memory.map { malloc_usable_size($0) } ?? 0
  guard let memory = realloc(memory, size) else { fatalError("there is no memory left for jq") }
  JQMeter.count(malloc_usable_size(memory) - before)
  return memory
}

@_cdecl("jv_mem_free")
public func freeForJQ(_ memory: UnsafeMutableRawPointer?) {
  guard let memory else { return }
  JQMeter.count(-malloc_usable_size(memory))
  free(memory)
}
