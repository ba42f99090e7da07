import Spooling

extension Drain {
  /// Waits until no other drain is in the way.
  ///
  /// - Returns: nil if the drain is not to work.
  func takeTurn() -> DrainLock? {
    let keepsOrder = settings.key != nil || settings.isOrdered
    var isNoted = false
    do throws(TaskSpoolError) {
      while stop.deadline == nil {
        if let lock = try spool.lockForDrain(alone: keepsOrder) { return lock }
        let problem =
          "another drain works on \(spool.path), and one that keeps an order works alone"
        guard settings.follows else {
          note("\(problem): nothing was done")
          report.withLock { $0.isHeldUp = true }
          return nil
        }
        if !isNoted { note("\(problem): waiting for its end") }
        isNoted = true
        stop.wait(for: .seconds(1))
      }
    } catch {
      end("\(error)")
    }
    return nil
  }
}
