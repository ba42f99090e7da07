import Synchronization

/// Bounds the memory that deliveries in progress hold, `max_inflight` (bytes).
public final class Inflight: Sendable {
  /// A share of the memory. It is given back when a commit says that it is over, or, where there was
  /// none, with the last reference.
  public final class Reservation: Sendable {
    private let pool: Inflight
    private let bytes: Int
    private let isReleased = Atomic(false)

    fileprivate init(pool: Inflight, bytes: Int) {
      self.pool = pool
      self.bytes = bytes
    }

    deinit { release() }

    /// Gives it back; once, however often it is called.
    public func release() {
      if isReleased.exchange(true, ordering: .relaxed) { return }
      pool.held.subtract(bytes, ordering: .relaxed)
    }
  }

  /// What a delivery holds besides its body: parameters, buffers, the head of its tasks.
  private static let overhead = 16 << 10
  private let held = Atomic<Int>(0)

  public init() {}

  /// Bytes reserved at this moment.
  public var bytes: Int { held.load(ordering: .relaxed) }

  /// Reserves what a body needs: it is held once as it came and once as it is written, and takes
  /// sixteen times its size where a filter or a parser reads it.
  ///
  /// - Throws: a temporary rejection if `limit` bytes would be exceeded.
  public func reserve(body: Int, isRead: Bool = false, limit: Int) throws(Rejection) -> Reservation
  {
    let (bytes, overflow) = body.multipliedReportingOverflow(by: isRead ? 16 : 2)
    // One delivery alone always fits, however large max_body is.
    let wanted = min(overflow ? limit : bytes + Self.overhead, limit)
    let reservation = Reservation(pool: self, bytes: wanted)
    guard held.add(wanted, ordering: .relaxed).newValue <= limit else {
      throw .unavailable(check: "max_inflight", "the memory for deliveries in progress is taken")
    }
    return reservation
  }
}
