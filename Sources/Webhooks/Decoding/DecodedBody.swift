import Verification

/// The body of a delivery without its content coding.
struct DecodedBody: Sendable {
  let coding: ContentCoding
  /// How many bytes were sent.
  let sentBytes: Int
  let bytes: [UInt8]

  /// Decodes a request's body; nil if it has no content coding.
  ///
  /// - Parameters:
  ///   - limit: the most bytes that it may have, `max_body`.
  ///   - reserve: is asked for the memory, in bytes, that the delivery takes with it.
  init?(
    of request: Request, limit: Int, _ reserve: (Int) throws(Rejection) -> Void
  ) throws(Rejection) {
    guard let coding = try ContentCoding.coding(of: request) else { return nil }
    let sent = request.body.count
    self.coding = coding
    sentBytes = sent
    bytes = try coding.decoded(request.body, limit: limit) { bytes throws(Rejection) in
      try reserve(2 * sent + bytes)
    }
  }
}
