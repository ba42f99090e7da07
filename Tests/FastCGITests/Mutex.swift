#if THREAD_SANITIZER
  @testable import FastCGI

  typealias Mutex = FastCGI.Mutex
#endif
