import Verification

/// One HTTP request from the web server that waits for its answer. It has one owner at a time, and
/// may change threads with its owner.
public protocol Inbound: ~Copyable, Sendable {
  /// The moment when the request was first seen. The deadline counts from this moment.
  var arrived: ContinuousClock.Instant { get }
  /// The request without its body.
  var head: Request { get }
  /// The web server's own id of the request, as in the web server's log; nil if there isn't one.
  var requestID: String? { get }
  /// The announced length of the body, in bytes. nil if the web server doesn't know it: then the
  /// body is missing, or ends where its stream ends.
  ///
  /// - Throws: a rejection if the announced length isn't a number.
  var announcedLength: Int? { get throws(Rejection) }

  /// Reads the whole body.
  ///
  /// - Parameters:
  ///   - limit: the most bytes that the body may have.
  ///   - reserve: reserves memory for a body without an announced length. Called before bytes are
  ///     read, with the number of bytes that the whole body then has.
  /// - Returns: the bytes of the body, before any decoding.
  /// - Throws: a rejection if the body is longer than `limit` or its length differs from the
  ///   announced one, and the errors of `reserve`.
  func body(
    limit: Int, reserve: (_ bytes: Int) throws(Rejection) -> Void
  ) throws(Rejection) -> [UInt8]

  /// Sends the answer. Must be called only once.
  func answer(_ answer: Answer)

  /// Ends the request: the web server may send its next one.
  consuming func end()
}
