import Dispatch

extension DispatchTimeInterval {
  /// A duration to the nanosecond, of at most a year: longer waits are for nobody.
  init(_ duration: Duration) {
    let (seconds, attoseconds) = min(duration, .seconds(31_536_000)).components
    self = .nanoseconds(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
  }
}
