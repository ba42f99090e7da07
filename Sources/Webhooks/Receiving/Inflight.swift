import Synchronization
import Verification

/// Bounds the memory that deliveries in progress hold, `max_inflight` (bytes).
public final class Inflight: Sendable {
  /// A share of the memory. It is released when the commit is over or, without a commit, with its
  /// last reference.
  public final class Reservation: Sendable {
    private let pool: Inflight
    private let bytes: Atomic<Int>
    private let isReleased = Atomic(false)

    fileprivate init(pool: Inflight, bytes: Int) {
      self.pool = pool
      self.bytes = Atomic(bytes)
    }

    deinit { release() }

    /// Releases the memory. Further calls have no effect.
    public func release() {
      if isReleased.exchange(true, ordering: .relaxed) { return }
      pool.held.subtract(bytes.load(ordering: .relaxed), ordering: .relaxed)
    }

    /// Grows the share to the memory that a body of this many bytes needs.
    ///
    /// - Throws: a temporary rejection if all shares together would exceed `limit` bytes.
    public func grow(body: Int, limit: Int) throws(Rejection) {
      try grow(to: Inflight.bytes(for: body, limit: limit), limit: limit)
    }

    /// Grows the share to `wanted` bytes, or to `limit` if that is less: one delivery alone may
    /// take all the memory. Only the thread that reserved the share may call this, and only before
    /// another thread can release it.
    ///
    /// - Throws: a temporary rejection if all shares together would exceed `limit` bytes.
    public func grow(to wanted: Int, limit: Int) throws(Rejection) {
      let more = min(wanted, limit) - bytes.load(ordering: .relaxed)
      guard more > 0 else { return }
      bytes.add(more, ordering: .relaxed)
      guard pool.held.add(more, ordering: .relaxed).newValue <= limit else {
        throw Inflight.isTaken
      }
    }
  }

  private let held = Atomic<Int>(0)

  /// Creates a pool in which no bytes are reserved.
  public init() {}

  /// The bytes that are reserved now.
  public var bytes: Int { held.load(ordering: .relaxed) }

  /// The most copies of a body that are held while its sender isn't verified: as received, as
  /// decoded by a check, and as part of the bytes that are signed.
  static let copies = 3

  /// Reserves the memory that a body needs until the delivery is decided.
  ///
  /// - Parameters:
  ///   - body: the length of the body in bytes.
  ///   - limit: the most bytes that all deliveries together may hold.
  /// - Returns: the reservation, which lasts until its release or the end of its last reference.
  /// - Throws: a temporary rejection if all shares together would exceed `limit` bytes.
  public func reserve(body: Int, limit: Int) throws(Rejection) -> Reservation {
    let wanted = Self.bytes(for: body, limit: limit)
    let reservation = Reservation(pool: self, bytes: wanted)
    guard held.add(wanted, ordering: .relaxed).newValue <= limit else { throw Self.isTaken }
    return reservation
  }

  /// Returns the bytes that a body needs, but at most `limit`: one delivery alone always fits,
  /// however large max_body is.
  fileprivate static func bytes(for body: Int, limit: Int) -> Int {
    let (copies, overflow) = body.multipliedReportingOverflow(by: Self.copies)
    return overflow ? limit : min(copies, limit - Judge.overhead) + Judge.overhead
  }

  fileprivate static let isTaken = Rejection.unavailable(
    check: "max_inflight", "the memory for deliveries in progress is used up")
}
