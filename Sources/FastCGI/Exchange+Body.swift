import CFastCGI

extension Exchange {
  /// How many bytes are reserved before the first byte of a body has come. The announced length
  /// alone is not a reason to take memory.
  private static let firstReservation = 256 * 1024
  /// How many bytes of the announced length are reserved next, at once. Reserved memory costs
  /// nothing until it is written to, while growing in small steps copies the body and holds it
  /// twice.
  private static let secondReservation = 64 << 20

  /// The length of the body in bytes, as CONTENT_LENGTH announces it.
  ///
  /// nil if the web server announces no length, by -1 or by an empty or missing CONTENT_LENGTH: it
  /// passes on a chunked body whose length it doesn't know, or the request has no body.
  ///
  /// - Throws: `unreadable` if CONTENT_LENGTH isn't a plain number.
  public var contentLength: Int? {
    get throws(BodyError) {
      guard let text = value(of: "CONTENT_LENGTH"), !text.isEmpty, !text.elementsEqual("-1".utf8)
      else { return nil }
      guard let length = Self.number(text) else { throw .unreadable }
      return length
    }
  }

  /// Reads the whole body.
  ///
  /// A body is returned only if it came to its end record without an error, and has the length that
  /// CONTENT_LENGTH announced. Without an announced length, the end record alone counts: the web
  /// server must not send an end record for a body that its client broke off.
  ///
  /// - Parameters:
  ///   - limit: the most bytes that a body may have.
  ///   - reserve: called before memory is taken for a body of unknown length, with the bytes it
  ///     takes in all. Returning false ends the reading with `refused`.
  /// - Returns: the body; empty if the request has none.
  /// - Throws: `tooLarge`, `incomplete`, `refused`; `unreadable` also if the body was read before.
  public func readBody(
    limit: Int, reserve: (_ bytes: Int) -> Bool = { _ in true }
  ) throws(BodyError) -> [UInt8] {
    let announced = try contentLength
    if let announced, announced > limit { throw .tooLarge(announced: announced) }
    guard !progress.wasRead else { throw .unreadable }
    progress.wasRead = true
    guard let announced else { return try readToEnd(limit: limit, reserve) }
    return try read(announced)
  }

  private func read(_ announced: Int) throws(BodyError) -> [UInt8] {
    let deadline = ContinuousClock.now + core.bodyTime
    var body: [UInt8] = []
    body.reserveCapacity(min(announced, Self.firstReservation))
    while body.count < announced {
      let before = body.count
      let next = before == 0 ? Self.firstReservation : max(Self.secondReservation, before)
      let room = min(announced - before, next)
      body.append(addingCapacity: room) { span in
        span.withUnsafeMutableBufferPointer { buffer, count in
          count = take(UnsafeMutableRawBufferPointer(buffer), until: deadline)
        }
      }
      guard body.count - before == room else { throw .incomplete }
    }
    guard isAtEnd() else { throw .incomplete }
    return body
  }

  /// Reads a body of unknown length. Usually the request has no body, and then no memory is taken.
  private func readToEnd(
    limit: Int, _ reserve: (Int) -> Bool
  ) throws(BodyError) -> [UInt8] {
    let deadline = ContinuousClock.now + core.bodyTime
    var body = withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 1) { scratch in
      let count = take(scratch, until: deadline)
      return Array(scratch.prefix(count))
    }
    while progress.rest == .unread, body.count <= limit {
      // Room for at least one byte beyond the limit shows whether the body exceeds the limit.
      let room = min(limit - body.count, max(Self.firstReservation, body.count) - 1) + 1
      guard reserve(body.count + room) else { throw .refused }
      body.append(addingCapacity: room) { span in
        span.withUnsafeMutableBufferPointer { buffer, count in
          count = take(UnsafeMutableRawBufferPointer(buffer), until: deadline)
        }
      }
    }
    guard body.count <= limit else { throw .tooLarge(announced: nil) }
    guard progress.rest == .none else { throw .incomplete }
    return body
  }

  /// Reads the rest of the body and drops it.
  ///
  /// - Parameter limit: the number of bytes after which reading stops.
  func drain(limit: Int) {
    let deadline = ContinuousClock.now + core.bodyTime
    var left = limit
    while progress.rest == .unread, left > 0 {
      left -= withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 1) { scratch in
        take(scratch, until: deadline)
      }
    }
  }

  /// Fills the buffer, unless the stream ends first.
  ///
  /// The library is asked for one byte when its own buffer is empty, and for no more bytes than
  /// that buffer holds when it isn't. So each call reads from the connection at most once, and the
  /// deadline is checked in between.
  ///
  /// - Returns: how many bytes were read; fewer than the buffer holds if the body ended or failed.
  private func take(
    _ buffer: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant
  ) -> Int {
    guard let stream = request.pointee.in else { return 0 }
    var taken = 0
    while taken < buffer.count, progress.rest == .unread {
      if stream.pointee.rdNext == stream.pointee.stop {
        guard ContinuousClock.now < deadline else {
          progress.rest = .broken
          break
        }
        guard let byte = nextByte() else { break }
        buffer[taken] = byte
        taken += 1
      }
      let there = min(stream.pointee.stop - stream.pointee.rdNext, buffer.count - taken)
      guard there > 0, let start = buffer.baseAddress else { continue }
      let target = (start + taken).assumingMemoryBound(to: CChar.self)
      taken += Int(FCGX_GetStr(target, Int32(clamping: there), stream))
    }
    return taken
  }

  /// Whether the body ends here, with its end record.
  private func isAtEnd() -> Bool {
    progress.rest == .unread && nextByte() == nil && progress.rest == .none
  }

  private func nextByte() -> UInt8? {
    guard let stream = request.pointee.in else { return nil }
    let byte = FCGX_GetChar(stream)
    guard byte < 0 else { return UInt8(truncatingIfNeeded: byte) }
    progress.rest = FCGX_GetError(stream) == 0 ? .none : .broken
    return nil
  }

  private static func number(_ text: [UInt8]) -> Int? {
    var number = 0
    for digit in text {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
      guard !overflow, !carry else { return nil }
      number = sum
    }
    return number
  }
}
