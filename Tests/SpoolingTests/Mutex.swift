#if THREAD_SANITIZER
  @testable import Spooling

  typealias Mutex = Spooling.Mutex
#endif
