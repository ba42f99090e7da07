import Verification

/// The body of a delivery without its content coding.
struct DecodedBody: Sendable {
  let coding: ContentCoding
  /// The number of bytes that were sent.
  let sentBytes: Int
  let bytes: [UInt8]

  /// Decodes a request's body; nil if it has no content coding.
  ///
  /// - Parameters:
  ///   - request: the request, with its body as it was sent.
  ///   - limit: the most bytes that the decoded body may have: `max_body`.
  ///   - reserve: reserves the memory that the delivery needs for decoding. Called with the total
  ///     number of bytes.
  /// - Throws: a rejection if the body can't be decoded, and the errors of `reserve`.
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
