import CZlib

/// The compression of senders.
enum Compression {
  /// Compresses bytes. `windowBits` is zlib's number: 31 for gzip, 15 for zlib's frame, -15 for a
  /// bare stream.
  private static func stream(_ bytes: [UInt8], windowBits: Int32) -> [UInt8] {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    deflateInit2_(
      stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(stream, UInt(bytes.count))))
    return input.withUnsafeMutableBufferPointer { input in
      stream.pointee.next_in = input.baseAddress
      stream.pointee.avail_in = UInt32(input.count)
      let left = output.withUnsafeMutableBufferPointer { output in
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        deflate(stream, Z_FINISH)
        return Int(stream.pointee.avail_out)
      }
      return Array(output.dropLast(left))
    }
  }

  static func gzip(_ text: String) -> [UInt8] { gzip(Array(text.utf8)) }
  static func gzip(_ bytes: [UInt8]) -> [UInt8] { stream(bytes, windowBits: 31) }
  static func zlib(_ text: String) -> [UInt8] { stream(Array(text.utf8), windowBits: 15) }
  static func bare(_ text: String) -> [UInt8] { stream(Array(text.utf8), windowBits: -15) }
}
