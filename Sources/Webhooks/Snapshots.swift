/// The snapshot in use. A reload swaps it; a delivery keeps the one that it began with.
public final class Snapshots: Sendable {
  private let snapshot: Mutex<Snapshot>

  public init(_ snapshot: Snapshot) { self.snapshot = Mutex(snapshot) }

  /// Swaps it for one that is made of it, or made while nobody else swaps it.
  @discardableResult
  public func update(_ change: (Snapshot) -> Snapshot) -> Snapshot {
    snapshot.withLock { snapshot in
      snapshot = change(snapshot)
      return snapshot
    }
  }

  public var current: Snapshot {
    get { snapshot.withLock { $0 } }
    set { snapshot.withLock { $0 = newValue } }
  }
}
