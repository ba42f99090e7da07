/// An input of lines up to an empty one, and a body behind it.
struct Message {
  let lines: [[UInt8]]
  let body: [UInt8]

  init(_ input: [UInt8]) {
    var lines: [[UInt8]] = []
    var rest = input[...]
    while let end = rest.firstIndex(of: 10) {
      let line = rest[..<end]
      rest = rest[(end + 1)...]
      if line.isEmpty { break }
      lines.append(Array(line))
    }
    self.lines = lines
    body = Array(rest)
  }
}
