import Dispatch

extension DispatchTimeInterval {
  /// Converts a duration, to the nanosecond. A longer one than 365 days becomes 365 days: nothing
  /// waits longer than that.
  package init(_ duration: Duration) {
    let (seconds, attoseconds) = min(duration, .seconds(31_536_000)).components
    self = .nanoseconds(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
  }
}

extension Duration {
  /// The duration in seconds, with fractions.
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
