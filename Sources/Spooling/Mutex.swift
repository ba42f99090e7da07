import Glibc

/// A lock around a value.
///
/// Not Synchronization's Mutex: on Linux that one is a futex with priority inheritance, which hands itself
/// to whoever waits, and spins before. With many threads it took half of the processor time of a responder
/// that only answers. And ThreadSanitizer can't see what it does. This is a pthread mutex.
///
/// It is in FastCGI too, since neither stands on anything that the other does.
///
/// Sendable without the compiler's check: the value is reached under the lock alone, and both
/// pointers stay what they are from `init` to `deinit`, when nobody else is left.
package struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
  @usableFromInline let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  @usableFromInline let value = UnsafeMutablePointer<Value>.allocate(capacity: 1)

  @inlinable package init(_ initial: consuming sending Value) {
    pthread_mutex_init(lock, nil)
    value.initialize(to: initial)
  }

  @inlinable deinit {
    pthread_mutex_destroy(lock)
    lock.deallocate()
    value.deinitialize(count: 1)
    value.deallocate()
  }

  @inlinable package borrowing func withLock<Result: ~Copyable, E: Error>(
    _ body: (inout Value) throws(E) -> Result
  ) throws(E) -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return try body(&value.pointee)
  }
}
