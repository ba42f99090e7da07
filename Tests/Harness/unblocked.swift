import Foundation

/// Runs code, such as the start of a program, with no signal blocked. The threads of tests block
/// SIGTERM, a started program inherits that, and SIGTERM could not stop it.
func unblocked<Result>(_ body: () throws -> Result) rethrows -> Result {
  var none = sigset_t()
  var before = sigset_t()
  sigemptyset(&none)
  pthread_sigmask(SIG_SETMASK, &none, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  return try body()
}
