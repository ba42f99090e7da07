import Bytes

/// The conversion of jq's paths, as `path(…)` returns them, to steps within the body's bytes.
enum JQPath {
  /// Returns the steps of a path. Indices from the end, or within a slice, become indices from the
  /// start of the array.
  ///
  /// - Parameters:
  ///   - path: The path as an array of keys and indices.
  ///   - document: The document that the path leads into.
  /// - Returns: The steps from the root of the body.
  /// - Throws: `JQFailure.error` for a path outside `.data.body`, or to a slice, which isn't one
  ///   range of bytes.
  static func steps(_ path: JQValue, in document: JQValue) throws(JQFailure) -> [JSONText.Step] {
    let elements = path.elements ?? []
    guard elements.count >= 2, elements[0].text == Array("data".utf8),
      elements[1].text == Array("body".utf8)
    else { throw .error("\(path.shortText) leads to something outside of .data.body") }
    var steps: [JSONText.Step] = []
    var value = document["data"]?["body"]
    var window: Range<Int>?
    for element in elements.dropFirst(2) {
      if let name = element.text {
        steps.append(.key(name))
        value = value?[name]
      } else if let number = element.number {
        let whole = window ?? 0..<(value?.count ?? 0)
        let index = try index(number, in: whole, path)
        steps.append(.index(index))
        value = value?[index]
        window = nil
      } else {
        window = try slice(element, of: window ?? 0..<(value?.count ?? 0), path)
      }
    }
    guard window == nil else {
      throw .error("\(path.shortText) is a slice: select its elements, as in .data.body[2:4][]")
    }
    return steps
  }

  /// Returns a path in jq's notation: `.data.body["orders"][3]`.
  static func text(_ path: [JSONText.Step]) -> String {
    path.reduce(".data.body") { text, step in
      switch step {
      case .key(let name): text + "[\"\(String(decoding: name, as: UTF8.self))\"]"
      case .index(let index): text + "[\(index)]"
      }
    }
  }

  private static func index(
    _ number: Double, in whole: Range<Int>, _ path: JQValue
  ) throws(JQFailure) -> Int {
    guard let number = Int(exactly: number.rounded(.towardZero)) else {
      throw .error("\(path.shortText) isn't a position in an array")
    }
    let index = number < 0 ? whole.upperBound + number : whole.lowerBound + number
    guard whole.contains(index) else { throw .error("there is nothing at \(path.shortText)") }
    return index
  }

  /// Returns the range of a slice. Its bounds are rounded outwards, as jq does, and clamped to the
  /// array.
  private static func slice(
    _ element: JQValue, of whole: Range<Int>, _ path: JQValue
  ) throws(JQFailure) -> Range<Int> {
    guard let start = element["start"], let end = element["end"] else {
      throw .error("\(path.shortText) isn't a path in the body")
    }
    func bound(_ number: Double) -> Int {
      let count = Double(whole.count)
      let counted = number < 0 ? number + count : number
      return whole.lowerBound + Int(min(max(counted.isNaN ? 0 : counted, 0), count))
    }
    let first = start.number.map { bound($0.rounded(.down)) } ?? whole.lowerBound
    let last = end.number.map { bound($0.rounded(.up)) } ?? whole.upperBound
    return first..<max(first, last)
  }
}

extension JQValue {
  fileprivate subscript(name: StaticString) -> JQValue? {
    self[Array(name.description.utf8)]
  }
}
