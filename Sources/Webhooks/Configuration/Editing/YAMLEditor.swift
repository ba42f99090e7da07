/// Changes single values in the text of a YAML file and leaves all other bytes: comments, blank
/// lines, quotes and line ends.
///
/// The editor tries each place where a change may go. It takes the first candidate that parses to
/// exactly the intended values, with nothing else changed. If no candidate does, the text stays as
/// it is and the method throws.
struct YAMLEditor {
  private(set) var text: String
  private(set) var root: YAMLNode
  private let mark: String

  /// - Throws: if the bytes aren't YAML, or use features that the configuration refuses, such as
  ///   anchors.
  init(_ bytes: [UInt8]) throws(SyntaxError) {
    root = try YAMLDocument.parse(bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    // A byte-order mark stays where it is, and counts for no column.
    mark = text.unicodeScalars.first == "\u{feff}" ? "\u{feff}" : ""
    self.text = String(text.unicodeScalars.dropFirst(mark.isEmpty ? 0 : 1))
  }

  var bytes: [UInt8] { Array((mark + text).utf8) }

  /// Sets the value of a key in a mapping. Adds the key if it is missing.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - path: the path of the mapping; empty for the whole file.
  ///   - scalar: the new value.
  ///   - neighbours: the keys behind which a new key is put, if they exist, in order of preference.
  /// - Throws: if there isn't a mapping at the path, or its form can't be changed safely.
  mutating func set(
    _ key: String, of path: [YAMLStep], to scalar: YAMLScalar, behind neighbours: [String] = []
  ) throws(UneditableText) {
    guard let mapping = root.at(path), case .mapping(let pairs) = mapping.content else {
      throw UneditableText(key: path.text, reason: "there is no mapping")
    }
    let lines = YAMLLines(text)
    if let old = pairs.first(where: { $0.key == key }) {
      let meant = root.changing(path + [.key(key)]) { _ in scalar.content }
      return try apply(
        lines.scalars(in: old.value, replacedBy: scalar), meant, at: path + [.key(key)])
    }
    let pair = YAMLNode.Pair(
      key: key, line: 0, column: 0,
      value: YAMLNode(line: 0, column: 0, content: scalar.content))
    let meant = root.changing(path) { _ in .mapping(pairs + [pair]) }
    let texts = lines.mappings(mapping, with: "\(key): \(scalar.written)", behind: neighbours)
    try apply(texts, meant, at: path + [.key(key)])
  }

  /// Sets the value of the key at a path. Adds the key if it is missing, and the mappings that lead
  /// to it.
  mutating func set(_ path: [YAMLStep], to value: YAMLValue) throws(UneditableText) {
    guard case .key(let key) = path.last else {
      throw UneditableText(key: path.text, reason: "this isn't a key")
    }
    let place = path.dropLast()
    guard let mapping = root.at(place) else {
      return try set(Array(place), to: value.nested(in: key))
    }
    guard case .mapping(let pairs) = mapping.content else {
      throw UneditableText(key: place.map(\.self).text, reason: "there is no mapping")
    }
    let old = pairs.first { $0.key == key }
    var failure: UneditableText?
    for (written, content) in value.forms {
      let node = YAMLNode(line: 0, column: 0, content: content)
      let pair = YAMLNode.Pair(key: key, line: 0, column: 0, value: node)
      let meant = root.changing(place) { _ in
        .mapping(pairs.filter { $0.key != key } + [pair])
      }
      let lines = YAMLLines(text)
      let texts =
        old.map { lines.values(of: $0, replacedBy: written) }
        ?? lines.mappings(mapping, with: "\(key): \(written)", behind: [])
      do throws(UneditableText) {
        return try apply(texts, meant, at: path)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// Removes a key from its mapping.
  mutating func unset(_ path: [YAMLStep]) throws(UneditableText) {
    let place = path.dropLast()
    guard case .key(let key) = path.last, let mapping = root.at(place),
      case .mapping(let pairs) = mapping.content, let old = pairs.first(where: { $0.key == key })
    else { throw UneditableText(key: path.text, reason: "it is not there") }
    let meant = root.changing(place) { _ in .mapping(pairs.filter { $0.key != key }) }
    try apply(YAMLLines(text).mappings(mapping, without: old), meant, at: path)
  }

  /// Adds an element behind the last one of a list.
  mutating func append(_ value: YAMLValue, to path: [YAMLStep]) throws(UneditableText) {
    guard let list = root.at(path), case .sequence(let nodes) = list.content else {
      throw UneditableText(key: path.text, reason: "there is no list")
    }
    let (written, content) = value.forms[0]
    let meant = root.changing(path) { _ in
      .sequence(nodes + [YAMLNode(line: 0, column: 0, content: content)])
    }
    try apply(YAMLLines(text).sequences(list, with: written), meant, at: path)
  }

  /// Removes an element from a list.
  mutating func remove(_ index: Int, from path: [YAMLStep]) throws(UneditableText) {
    guard let list = root.at(path), case .sequence(var nodes) = list.content,
      nodes.indices.contains(index)
    else { throw UneditableText(key: path.text, reason: "there is no such element") }
    let texts = YAMLLines(text).sequences(list, without: index)
    nodes.remove(at: index)
    try apply(texts, root.changing(path) { _ in .sequence(nodes) }, at: path)
  }

  private mutating func apply(
    _ texts: [YAMLLines.Text], _ meant: YAMLNode?, at path: [YAMLStep]
  ) throws(UneditableText) {
    for scalars in texts {
      var candidate = ""
      candidate.unicodeScalars.append(contentsOf: scalars)
      guard let meant, let found = try? YAMLDocument.parse(Array(candidate.utf8)),
        found.says(meant)
      else { continue }
      (text, root) = (candidate, found)
      return
    }
    throw UneditableText(
      key: path.text,
      reason: "this value can't be changed without changing the text around it; change it by hand"
    )
  }
}
