/// Reads the lines of a message from its start.
struct MessageLines {
  private let bytes: [UInt8]
  private var position = 0
  /// The number of the line that was read last, from 1.
  private(set) var number = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The bytes that were not read yet.
  var rest: ArraySlice<UInt8> { bytes[position...] }

  /// Returns the next line without its CR LF or LF; nil at the end.
  ///
  /// - Throws: `Unreadable` for a CR in the middle of a line.
  mutating func next() throws(CapturedMessage.Unreadable) -> [UInt8]? {
    guard position < bytes.count else { return nil }
    number += 1
    let end = rest.firstIndex(of: 10) ?? bytes.endIndex
    var line = bytes[position..<end]
    position = min(end + 1, bytes.count)
    if line.last == 13 { line = line.dropLast() }
    guard !line.contains(13) else {
      throw .init(description: "line \(number) contains a carriage return")
    }
    return Array(line)
  }

  /// Returns the next bytes, line ends included.
  ///
  /// - Throws: `Unreadable` if fewer bytes are left.
  mutating func take(_ count: Int) throws(CapturedMessage.Unreadable) -> ArraySlice<UInt8> {
    guard rest.count >= count else {
      throw .init(description: "the message ends within a chunk")
    }
    defer { position += count }
    return bytes[position..<(position + count)]
  }
}
