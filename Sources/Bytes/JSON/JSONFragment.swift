/// A piece of JSON to write.
package enum JSONFragment: Sendable {
  case text(String)
  case number(Int)
  case list([JSONFragment])
  case object([(String, JSONFragment)])
  /// Bytes that are JSON already.
  case written([UInt8])

  /// The piece as JSON text.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return bytes
  }

  /// Appends the piece as JSON text.
  package func append(to output: inout [UInt8]) {
    switch self {
    case .text(let text): JSONText.appendQuoted(text, to: &output)
    case .number(let number): output += "\(number)".utf8
    case .written(let bytes): output += bytes
    case .list(let entries):
      output.append(UInt8(ascii: "["))
      for (index, entry) in entries.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        entry.append(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        JSONText.appendQuoted(member.0, to: &output)
        output.append(UInt8(ascii: ":"))
        member.1.append(to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }
}
