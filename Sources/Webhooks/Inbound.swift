import Verification

/// One HTTP request that came in from the web server and waits for its answer. It belongs to the
/// thread that serves it.
public protocol Inbound: ~Copyable {
  /// When it was seen: its deadline counts from here.
  var arrived: ContinuousClock.Instant { get }
  /// The request without its body.
  var head: Request { get }
  /// The web server's own id of the request, for finding it in its log; nil if it has none.
  var requestID: String? { get }
  /// The body's length as announced, in bytes; 0 if nothing was announced, nil if it is no number.
  var announcedLength: Int? { get }

  /// Reads the body, whole.
  ///
  /// - Throws: a rejection if it is longer than `limit` bytes, or not as long as announced.
  mutating func body(limit: Int) throws(Rejection) -> [UInt8]

  /// Sends the answer. Called once.
  mutating func answer(_ answer: Answer)
}
