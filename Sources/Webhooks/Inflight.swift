import JSONBytes
import Synchronization

/// Bounds the memory that deliveries in progress hold, `max_inflight` (bytes).
public final class Inflight: Sendable {
  /// A share of the memory. It is given back when a commit says that it is over, or, where there was
  /// none, with the last reference.
  public final class Reservation: Sendable {
    private let pool: Inflight
    private let bytes: Atomic<Int>
    private let isReleased = Atomic(false)

    fileprivate init(pool: Inflight, bytes: Int) {
      self.pool = pool
      self.bytes = Atomic(bytes)
    }

    deinit { release() }

    /// Gives it back; once, however often it is called.
    public func release() {
      if isReleased.exchange(true, ordering: .relaxed) { return }
      pool.held.subtract(bytes.load(ordering: .relaxed), ordering: .relaxed)
    }

    /// Takes what a body needs that has become so many bytes.
    ///
    /// - Throws: a temporary rejection if `limit` bytes would be exceeded.
    public func grow(body: Int, limit: Int) throws(Rejection) {
      try grow(to: Inflight.bytes(for: body, limit: limit), limit: limit)
    }

    /// Takes more, up to so many bytes in all, or as many as one delivery may have at all. By whoever
    /// reserved it, before anybody else may release it.
    ///
    /// - Throws: a temporary rejection if `limit` bytes would be exceeded.
    public func grow(to wanted: Int, limit: Int) throws(Rejection) {
      let more = min(wanted, limit) - bytes.load(ordering: .relaxed)
      guard more > 0 else { return }
      bytes.add(more, ordering: .relaxed)
      guard pool.held.add(more, ordering: .relaxed).newValue <= limit else {
        throw Inflight.isTaken
      }
    }
  }

  /// What a delivery holds besides its body: parameters, buffers, the head of its tasks.
  private static let overhead = 16 << 10
  private let held = Atomic<Int>(0)

  public init() {}

  /// Bytes reserved at this moment.
  public var bytes: Int { held.load(ordering: .relaxed) }

  /// How often a body is held at the most while its sender is not verified: as it came, as a check
  /// decodes it, and as that is put together with other things that are signed.
  static let copies = 3

  /// Bytes that a verified delivery takes to be written whole: as it came, and as it stands in a task,
  /// where a control character is six bytes.
  static func bytes(writing body: [UInt8]) -> Int {
    overhead + body.count + JSONText.quotedCount(of: body)
  }

  /// Reserves what a body needs until it is decided.
  ///
  /// - Throws: a temporary rejection if `limit` bytes would be exceeded.
  public func reserve(body: Int, limit: Int) throws(Rejection) -> Reservation {
    let wanted = Self.bytes(for: body, limit: limit)
    let reservation = Reservation(pool: self, bytes: wanted)
    guard held.add(wanted, ordering: .relaxed).newValue <= limit else { throw Self.isTaken }
    return reservation
  }

  /// One delivery alone always fits, however large max_body is.
  fileprivate static func bytes(for body: Int, limit: Int) -> Int {
    let (copies, overflow) = body.multipliedReportingOverflow(by: Self.copies)
    return overflow ? limit : min(copies, limit - overhead) + overhead
  }

  fileprivate static let isTaken = Rejection.unavailable(
    check: "max_inflight", "the memory for deliveries in progress is taken")
}
