import CZlib
import Verification

extension ContentCoding {
  /// The bounds on a decoded body: 100 times the bytes that were sent, or 1 MiB if that is more.
  /// Batches of JSON seldom exceed 30 times; zlib reaches 1,032 times.
  private static let mostTimes = 100
  private static let leastLimit = 1 << 20
  /// The bytes that zlib holds for a stream, generously.
  private static let overhead = 64 << 10
  private static let leastRoom = 64 << 10

  /// Decodes a body. Its streams must be complete with correct checksums, and nothing else may
  /// follow.
  ///
  /// - Parameters:
  ///   - body: the body as it was sent.
  ///   - limit: the most bytes that the decoded body may have.
  ///   - reserve: reserves memory. Called before memory is taken, with the total number of bytes.
  /// - Returns: the decoded bytes.
  /// - Throws: `tooLarge` if the decoded body exceeds `limit` or the bound on its growth,
  ///   `unreadable` if the body isn't such a stream, a temporary rejection if zlib has no memory,
  ///   and the errors of `reserve`.
  func decoded(
    _ body: [UInt8], limit: Int, reserve: (Int) throws(Rejection) -> Void
  ) throws(Rejection) -> [UInt8] {
    let (times, isHuge) = body.count.multipliedReportingOverflow(by: Self.mostTimes)
    let most = min(limit, isHuge ? limit : max(times, Self.leastLimit))
    guard let inflater = Inflater(windowBits: windowBits(of: body)) else { throw Self.noMemory }
    var output: [UInt8] = []
    var position = 0
    var streams = 1
    while true {
      // Room for one byte more than allowed shows whether the body is too large.
      let room = min(most - output.count, max(Self.leastRoom, output.count) - 1) + 1
      try reserve(Self.overhead + 2 * (output.count + room))
      let status = inflater.step(over: body, from: &position, room: room, to: &output)
      guard output.count <= most else {
        throw Rejection(
          .tooLarge, check: most == limit ? "max_body" : Self.check,
          "decoded from \(rawValue), the body has more than \(most) bytes")
      }
      switch status {
      case Z_OK: continue
      case Z_STREAM_END where position == body.count: return output
      case Z_STREAM_END where self == .gzip && inflater.restart(): streams += 1
      case Z_STREAM_END: throw unreadable("bytes follow its end")
      case Z_MEM_ERROR: throw Self.noMemory
      case _ where streams > 1: throw unreadable("what follows its end isn't another stream")
      case Z_BUF_ERROR: throw unreadable("it ends too early")
      default: throw unreadable(inflater.message)
      }
    }
  }

  private static let noMemory = Rejection.unavailable(
    check: check, "there is no memory to decode the body")

  private func unreadable(_ why: String) -> Rejection {
    Rejection(.unreadable, check: Self.check, "the body isn't a \(rawValue) stream: \(why)")
  }

  /// Returns zlib's code for the format: plus 16 for gzip, negative for a stream without a frame.
  private func windowBits(of body: [UInt8]) -> Int32 {
    switch self {
    case .gzip: MAX_WBITS + 16
    case .deflate: Self.hasFrame(body) ? MAX_WBITS : -MAX_WBITS
    }
  }

  /// Whether a body begins with zlib's two bytes (RFC 1950, section 2.2). Compressors never begin a
  /// bare stream like that: it would be a stored block whose padding isn't zero.
  private static func hasFrame(_ body: [UInt8]) -> Bool {
    guard body.count >= 2 else { return true }
    return body[0] & 0x0F == 8 && (Int(body[0]) << 8 | Int(body[1])) % 31 == 0
  }
}

/// A stream of zlib, which must not move in memory.
private struct Inflater: ~Copyable {
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

  init?(windowBits: Int32) {
    stream.initialize(to: z_stream())
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(stream, windowBits, ZLIB_VERSION, size) == Z_OK else { return nil }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// The reason in zlib's words why decoding can't go on.
  var message: String { stream.pointee.msg.map { String(cString: $0) } ?? "it is damaged" }

  /// Begins another stream behind one that has ended.
  ///
  /// - Returns: false if zlib failed.
  func restart() -> Bool { inflateReset(stream) == Z_OK }

  /// Decodes from `position` on, moves it behind the bytes that were read, and appends at most
  /// `room` bytes.
  ///
  /// - Returns: zlib's status.
  func step(
    over input: [UInt8], from position: inout Int, room: Int, to output: inout [UInt8]
  ) -> Int32 {
    input.withUnsafeBufferPointer { input in
      let rest = UnsafeBufferPointer(rebasing: input[position...])
      stream.pointee.next_in = UnsafeMutablePointer(mutating: rest.baseAddress)
      stream.pointee.avail_in = UInt32(clamping: rest.count)
      let given = Int(stream.pointee.avail_in)
      var status = Z_OK
      output.append(addingCapacity: min(room, Int(UInt32.max))) { span in
        span.withUnsafeMutableBufferPointer { buffer, count in
          stream.pointee.next_out = buffer.baseAddress
          stream.pointee.avail_out = UInt32(clamping: buffer.count)
          let offered = Int(stream.pointee.avail_out)
          status = inflate(stream, Z_NO_FLUSH)
          count = offered - Int(stream.pointee.avail_out)
        }
      }
      position += given - Int(stream.pointee.avail_in)
      return status
    }
  }
}
