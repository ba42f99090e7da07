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
  /// The body's length as announced, in bytes; nil if the web server can't say it: then there is none,
  /// or it ends where its stream does.
  ///
  /// - Throws: a rejection if it is no number.
  var announcedLength: Int? { get throws(Rejection) }

  /// Reads the body, whole.
  ///
  /// - Parameter reserve: is asked for so many bytes in all before they are taken, where none were
  ///   announced.
  /// - Throws: a rejection if it is longer than `limit` bytes, or not as long as announced, or what
  ///   `reserve` throws.
  mutating func body(
    limit: Int, reserve: (_ bytes: Int) throws(Rejection) -> Void
  ) throws(Rejection) -> [UInt8]

  /// Sends the answer. Called once.
  mutating func answer(_ answer: Answer)
}
