import CLinux
import CZlib

/// The text of a delivery that words are looked for in: the head of its request and the first MiB
/// of its body, without a content coding. A body with a NUL among its first 1,024 bytes isn't text,
/// and is left out.
enum SearchedText {
  private static let most = 1 << 20
  private static let coding = Array("\r\ncontent-encoding:".utf8)

  static func of(_ row: KeptRow) -> [UInt8] {
    guard let body = row.body else { return row.head }
    let text = row.head.firstRange(of: coding) == nil ? body : inflated(body) ?? body
    guard !text.prefix(1024).contains(0) else { return row.head }
    return row.head + text.prefix(most)
  }

  /// Returns the first MiB of what a gzip or zlib stream holds, as far as it can be read; nil for
  /// other bytes.
  private static func inflated(_ body: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    // 32 has zlib tell gzip and zlib apart by itself.
    let version = zlibVersion()
    guard
      inflateInit2_(&stream, MAX_WBITS + 32, version, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { inflateEnd(&stream) }
    var output = [UInt8](repeating: 0, count: most)
    let isStarted = body.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { room in
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = uInt(min(input.count, Int(uInt.max)))
        stream.next_out = room.baseAddress
        stream.avail_out = uInt(room.count)
        return [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(inflate(&stream, Z_NO_FLUSH))
      }
    }
    guard isStarted else { return nil }
    return Array(output[..<(most - Int(stream.avail_out))])
  }
}

/// The words that a text has to contain, each as a whole: no letter or digit of the text continues
/// it. ASCII letters match in either case. Every byte outside ASCII counts as a letter, as the
/// index of words has it (SQLite's FTS5, section 4.3.2).
package struct Words: Sendable {
  /// The words in lower case.
  private let words: [[UInt8]]

  /// Takes the words of a text, which blanks separate; nil if it has no word with a letter or a
  /// digit.
  package init?(_ text: String) {
    words = text.utf8.map(\.lowered).split(whereSeparator: \.isBlank).map { Array($0) }
    guard !words.isEmpty, words.allSatisfy({ $0.contains(where: \.isWordByte) }) else { return nil }
  }

  /// The expression that finds every text with these words in an index, and maybe others.
  var expression: String {
    words.flatMap { $0.split { !$0.isWordByte } }
      .map { "\"\(String(decoding: $0, as: UTF8.self))\"" }.joined(separator: " ")
  }

  func match(_ text: [UInt8]) -> Bool {
    let lowered = text.map(\.lowered)
    return words.allSatisfy { Self.isThere($0, in: lowered) }
  }

  private static func isThere(_ word: [UInt8], in text: [UInt8]) -> Bool {
    text.withUnsafeBytes { all in
      guard let start = all.baseAddress else { return false }
      var from = 0
      while from + word.count <= all.count,
        let found = linux_find(start + from, all.count - from, word, word.count)
      {
        let place = UnsafeRawPointer(found) - start
        let isBegun = word[0].isWordByte && place > 0 && all[place - 1].isWordByte
        let end = place + word.count
        let goesOn = word[word.count - 1].isWordByte && end < all.count && all[end].isWordByte
        if !isBegun, !goesOn { return true }
        from = place + 1
      }
      return false
    }
  }
}

extension UInt8 {
  fileprivate var lowered: UInt8 { 0x41...0x5a ~= self ? self | 0x20 : self }
  fileprivate var isBlank: Bool { self == 0x20 || 0x09...0x0d ~= self }
  fileprivate var isWordByte: Bool {
    self >= 0x80 || 0x30...0x39 ~= self || 0x61...0x7a ~= self || 0x41...0x5a ~= self
  }
}
