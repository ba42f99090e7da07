/// The parts of a kind's example.
enum PreProcessorExample {
  /// Returns the keys, each with its lines.
  static func entries(_ example: String) -> [(key: String, text: String)] {
    var entries: [(key: String, text: String)] = []
    for line in example.split(separator: "\n") {
      if line.hasPrefix(" "), let last = entries.indices.last {
        entries[last].text += "\n\(line)"
      } else {
        entries.append((key: String(line.prefix { $0 != ":" }), text: String(line)))
      }
    }
    return entries
  }
}
