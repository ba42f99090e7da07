import CFastCGI

extension Exchange {
  /// So much is reserved before any byte of a body has come; what is announced is no reason to
  /// take memory.
  private static let firstReservation = 256 * 1024
  /// Once that has come, so much of what is announced is reserved at once: memory that is reserved and
  /// not written to costs none, and growing little by little copies the body and holds it twice.
  private static let secondReservation = 64 << 20

  /// What CONTENT_LENGTH says, in bytes; nil if the web server can't say it, which it shows by -1 or
  /// by nothing: it passes a chunked body on as it comes, or there is none.
  ///
  /// - Throws: `unreadable` if it is no plain number.
  public var contentLength: Int? {
    get throws(BodyError) {
      guard let text = value(of: "CONTENT_LENGTH"), !text.isEmpty, !text.elementsEqual("-1".utf8)
      else { return nil }
      guard let length = Self.number(text) else { throw .unreadable }
      return length
    }
  }

  /// Reads the body, whole. It is only returned if it came to its end record, without an error, and
  /// is as long as CONTENT_LENGTH announced. Where that says nothing, the end record alone counts: the
  /// web server must not send one for a body that its client broke off.
  ///
  /// - Parameters:
  ///   - limit: the most bytes that are taken.
  ///   - reserve: is asked for so many bytes in all before they are taken for a body of unknown
  ///     length; false ends it.
  public mutating func readBody(
    limit: Int, reserve: (_ bytes: Int) -> Bool = { _ in true }
  ) throws(BodyError) -> [UInt8] {
    let announced = try contentLength
    if let announced, announced > limit { throw .tooLarge(announced: announced) }
    guard !wasRead else { throw .unreadable }
    wasRead = true
    guard let announced else { return try readToEnd(limit: limit, reserve) }
    return try read(announced)
  }

  private mutating func read(_ announced: Int) throws(BodyError) -> [UInt8] {
    let deadline = ContinuousClock.now + bodyTime
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

  /// Mostly there is nothing: then no memory is taken.
  private mutating func readToEnd(
    limit: Int, _ reserve: (Int) -> Bool
  ) throws(BodyError) -> [UInt8] {
    let deadline = ContinuousClock.now + bodyTime
    var body = withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 1) { scratch in
      let count = take(scratch, until: deadline)
      return Array(scratch.prefix(count))
    }
    while rest == .unread, body.count <= limit {
      // One byte more than may be there, to see that it is.
      let room = min(limit - body.count, max(Self.firstReservation, body.count) - 1) + 1
      guard reserve(body.count + room) else { throw .refused }
      body.append(addingCapacity: room) { span in
        span.withUnsafeMutableBufferPointer { buffer, count in
          count = take(UnsafeMutableRawBufferPointer(buffer), until: deadline)
        }
      }
    }
    guard body.count <= limit else { throw .tooLarge(announced: nil) }
    guard rest == .none else { throw .incomplete }
    return body
  }

  /// Reads what is left of the body and drops it.
  ///
  /// - Parameter limit: stop after so many bytes.
  mutating func drain(limit: Int) {
    let deadline = ContinuousClock.now + bodyTime
    var left = limit
    while rest == .unread, left > 0 {
      left -= withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 1) { scratch in
        take(scratch, until: deadline)
      }
    }
  }

  /// Fills the buffer, as far as the stream goes.
  ///
  /// The library is asked for one byte when it has none, and for no more than it has when it has
  /// some: so it reads from the connection once, and the deadline is looked at in between.
  ///
  /// - Returns: how many bytes there are; fewer than asked for if the body ended or failed.
  private mutating func take(
    _ buffer: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant
  ) -> Int {
    guard let stream = request.pointee.in else { return 0 }
    var taken = 0
    while taken < buffer.count, rest == .unread {
      if stream.pointee.rdNext == stream.pointee.stop {
        guard ContinuousClock.now < deadline else {
          rest = .broken
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

  /// Whether nothing is left of the body.
  private mutating func isAtEnd() -> Bool {
    rest == .unread && nextByte() == nil && rest == .none
  }

  private mutating func nextByte() -> UInt8? {
    guard let stream = request.pointee.in else { return nil }
    let byte = FCGX_GetChar(stream)
    guard byte < 0 else { return UInt8(truncatingIfNeeded: byte) }
    rest = FCGX_GetError(stream) == 0 ? .none : .broken
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
