/// Why a database or a broker didn't do what was asked.
enum RelayError: Error, Equatable {
  /// It can't be reached, can't be written to, or refuses everybody: no task is to blame.
  case unusable(String)
  /// It refuses what it was given.
  case refused(String)
  /// The stop request ended the wait for it.
  case stopped
}
