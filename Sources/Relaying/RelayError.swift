/// Why a database or a broker didn't do what was asked.
enum RelayError: Error, Equatable {
  /// It can't be reached, can't be written to, or refuses everybody: no task is to blame.
  case unusable(String)
  /// It refuses what it was given.
  case refused(String)
  /// The stop request ended the wait for it.
  case stopped

  /// The reason, where the wait was ended after this time.
  func words(after time: Duration) -> String {
    switch self {
    case .unusable(let reason), .refused(let reason): reason
    case .stopped: "no answer within \(time)"
    }
  }
}
