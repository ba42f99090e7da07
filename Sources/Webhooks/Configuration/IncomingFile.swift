/// The keys of a file in the folder `incoming`.
enum IncomingFile {
  static let folder = "incoming"

  static let name = Option(
    optional: "name", .line, "What people call it. By default its identifier.")
  static let description = Option("description", .text, default: "", "What it is for.")

  static let options: [any DocumentedOption] = [name, description]

  /// - Returns: nil where the file was refused.
  static func read(_ bytes: [UInt8], _ identifier: Identifier, _ reading: Reading) -> Incoming? {
    guard let root = reading.root(of: bytes),
      let file = Mapping(root, options: options, expected: "a mapping, an incoming configuration")
    else { return nil }
    let incoming = Incoming(
      identifier: identifier, name: file[name] ?? identifier.text, description: file[description])
    return reading.hasErrors ? nil : incoming
  }
}
