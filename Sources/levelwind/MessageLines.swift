/// The lines of a message, read from its start.
struct MessageLines {
  private let bytes: [UInt8]
  private var position = 0
  /// The number of the line that was read last, from 1.
  private(set) var number = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// What was not read yet.
  var rest: ArraySlice<UInt8> { bytes[position...] }

  /// The next line without its CR LF or LF; nil at the end.
  ///
  /// - Throws: for a CR in the middle of a line.
  mutating func next() throws(CapturedMessage.Unreadable) -> [UInt8]? {
    guard position < bytes.count else { return nil }
    number += 1
    let end = rest.firstIndex(of: 10) ?? bytes.endIndex
    var line = bytes[position..<end]
    position = min(end + 1, bytes.count)
    if line.last == 13 { line = line.dropLast() }
    guard !line.contains(13) else {
      throw .init(description: "line \(number) has a carriage return in it")
    }
    return Array(line)
  }

  /// The next bytes, whatever they are.
  ///
  /// - Throws: if there are not so many.
  mutating func take(_ count: Int) throws(CapturedMessage.Unreadable) -> ArraySlice<UInt8> {
    guard rest.count >= count else {
      throw .init(description: "the message ends within a chunk")
    }
    defer { position += count }
    return bytes[position..<(position + count)]
  }
}
