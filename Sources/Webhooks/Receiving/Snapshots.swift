import Bytes

/// The snapshot in use. A reload replaces it; a delivery keeps the snapshot that it began with.
public final class Snapshots: Sendable {
  private let snapshot: Mutex<Snapshot>

  /// Puts the first snapshot into use.
  public init(_ snapshot: Snapshot) { self.snapshot = Mutex(snapshot) }

  /// Replaces the snapshot by the result of `change`. No other thread replaces it while `change`
  /// runs.
  ///
  /// - Returns: the new snapshot.
  @discardableResult
  public func update(_ change: (Snapshot) -> Snapshot) -> Snapshot {
    snapshot.withLock { snapshot in
      snapshot = change(snapshot)
      return snapshot
    }
  }

  /// The snapshot in use now. Setting it replaces the snapshot without a look at the one before;
  /// `update` is for changes to the snapshot in use.
  public var current: Snapshot {
    get { snapshot.withLock { $0 } }
    set { snapshot.withLock { $0 = newValue } }
  }
}
