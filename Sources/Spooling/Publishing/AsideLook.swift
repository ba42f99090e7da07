/// Counts now and then what is set aside: an administrator may drop tasks while the spool's publisher pauses or hangs. For
/// one thread.
final class AsideLook: Sendable {
  private let due = Mutex(ContinuousClock.now)

  /// - Parameter every: how long it leaves between two looks at least. Where they take long, it leaves more, so that they take 2% of a
  ///   core at most.
  func look(at aside: SetAside, _ unpublished: Unpublished, every interval: Duration) {
    let begun = ContinuousClock.now
    guard due.withLock({ begun >= $0 }) else { return }
    for (spool, before) in unpublished.aside {
      // What can't be counted is what it was.
      if let what = try? aside.what(of: spool) {
        unpublished.note(what, of: spool, insteadOf: before)
      }
    }
    let end = ContinuousClock.now
    due.withLock { $0 = end + max(interval, (end - begun) * 50) }
  }
}
