import Foundation

/// Does something, such as starting a program, that hands the thread's signal mask on. The threads
/// that tests run on block SIGTERM, and a program that started with that could not be stopped.
func unblocked<Result>(_ body: () throws -> Result) rethrows -> Result {
  var none = sigset_t()
  var before = sigset_t()
  sigemptyset(&none)
  pthread_sigmask(SIG_SETMASK, &none, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  return try body()
}
