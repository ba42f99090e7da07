import Glibc

/// A lock around a value: a pthread mutex.
///
/// Synchronization's Mutex is not used because on Linux it is a futex with priority inheritance,
/// which hands the lock to the thread that waits, and spins first. With many threads it took half
/// of the processor time of a responder that only answers. ThreadSanitizer can't see its locking
/// either.
///
/// It is public, and not of the package, because the compiler inlines only public functions in
/// other modules. Without that, each use went through the witness tables of generic types.
///
/// Sendable without the compiler's check: the value is reached under the lock alone, and both
/// pointers stay the same from `init` to `deinit`, when no other user is left.
public struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
  @usableFromInline let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  @usableFromInline let value = UnsafeMutablePointer<Value>.allocate(capacity: 1)

  /// Makes a lock around a value.
  @inlinable public init(_ initial: consuming sending Value) {
    pthread_mutex_init(lock, nil)
    value.initialize(to: initial)
  }

  @inlinable deinit {
    pthread_mutex_destroy(lock)
    lock.deallocate()
    value.deinitialize(count: 1)
    value.deallocate()
  }

  /// Runs `body` with the value, under the lock. The lock isn't recursive: `body` must not take it
  /// again.
  @inlinable public borrowing func withLock<Result: ~Copyable, E: Error>(
    _ body: (inout Value) throws(E) -> Result
  ) throws(E) -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return try body(&value.pointee)
  }
}
