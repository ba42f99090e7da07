/// A path to one or several values in a JSON body: `signature.timestamp`, `value[].clientState`.
public struct JSONPath: Sendable, Equatable {
  /// One step of a path.
  enum Step: Sendable, Equatable, ExpressibleByStringLiteral {
    case member(String)
    case index(Int)
    case each

    init(stringLiteral name: String) { self = .member(name) }
  }

  let steps: [Step]

  /// The path as text, `value[].clientState`; empty for the whole body.
  public var text: String {
    steps.reduce(into: "") { text, step in
      switch step {
      case .member(let name): text += text.isEmpty ? name : ".\(name)"
      case .index(let index): text += "[\(index)]"
      case .each: text += "[]"
      }
    }
  }

  /// Makes a path from steps that are known to be valid.
  static func of(_ steps: Step...) -> JSONPath { JSONPath(steps: steps) }

  private init(steps: [Step]) { self.steps = steps }

  /// Reads a path: names separated by full stops, `[]` for every element of an array, `[0]` for one
  /// of them. A leading full stop is allowed, as in jq.
  ///
  /// - Throws: `Misconfiguration` with the error.
  public init(_ text: String) throws(Misconfiguration) {
    var steps: [Step] = []
    for name in (text.hasPrefix(".") ? text.dropFirst() : text[...]).split(
      separator: ".", omittingEmptySubsequences: false)
    {
      let parts = name.split(separator: "[", omittingEmptySubsequences: false)
      if !parts[0].isEmpty { steps.append(.member(String(parts[0]))) }
      for part in parts.dropFirst() {
        guard part.last == "]", let step = Self.step(part.dropLast()) else {
          throw Misconfiguration("\"\(text)\" isn't a path: [] or [0] follows a name")
        }
        steps.append(step)
      }
      guard !name.isEmpty, !parts[0].isEmpty || steps.count == parts.count - 1 else {
        throw Misconfiguration("\"\(text)\" isn't a path: a name is missing")
      }
    }
    self.init(steps: steps)
  }

  private static func step(_ inside: Substring) -> Step? {
    if inside.isEmpty { return .each }
    guard let index = Int(inside), index >= 0, String(index) == inside else { return nil }
    return .index(index)
  }

  /// Returns every value that the path leads to, with nil in place of each that is missing.
  ///
  /// - Throws: `Rejection.unverified` if a member on the way occurs twice, or if the path leads
  ///   through more than `CheckedJSON.mostElements` elements.
  func values(in root: JSONElement) throws(Rejection) -> [JSONElement?] {
    var values: [JSONElement?] = [root]
    var left = CheckedJSON.mostElements
    for step in steps {
      var next: [JSONElement?] = []
      for value in values {
        switch step {
        case .member(let name): next.append(try value?.member(name))
        case .index(let index): next.append(value?.elements.dropFirst(index).first { _ in true })
        case .each: try append(value, to: &next, &left)
        }
      }
      values = next
    }
    return values
  }

  /// Appends the elements of an array, or nil if the value isn't an array.
  private func append(
    _ array: JSONElement?, to values: inout [JSONElement?], _ left: inout Int
  ) throws(Rejection) {
    guard let array, array.isArray else { return values.append(nil) }
    for element in array.elements {
      guard left > 0 else {
        throw .unverified(
          "\(text) in the body leads to more than \(CheckedJSON.mostElements) elements")
      }
      left -= 1
      values.append(element)
    }
  }

  /// Reads the only value that the path leads to, as text.
  ///
  /// - Parameters:
  ///   - request: The request with the body.
  ///   - most: The longest text that is accepted, in bytes; nil for any length.
  /// - Returns: The text of a string, or a number or boolean as written.
  /// - Throws: `Rejection.unverified` if the value is missing, too long, not a text, or not the
  ///   only one.
  func text(in request: Request, most: Int? = nil) throws(Rejection) -> [UInt8] {
    let values = try values(in: try request.json().root)
    guard values.count == 1, let text = values[0]?.text(of: most) else {
      throw .unverified("\(self.text) in the body is missing, too long, or not one text")
    }
    return text
  }
}

extension JSONPath {
  /// Returns the ranges of the values that some paths lead to in a JSON body, in ascending order
  /// and without ranges inside others; nil if the body isn't JSON or a member on the way occurs
  /// twice.
  public static func ranges(of paths: [JSONPath], in body: [UInt8]) -> [Range<Int>]? {
    var ranges: [Range<Int>] = []
    do throws(Rejection) {
      let root = try CheckedJSON(body).root
      for path in paths {
        for value in try path.values(in: root) {
          if let raw = value?.raw { ranges.append(raw.startIndex..<raw.endIndex) }
        }
      }
    } catch {
      return nil
    }
    ranges.sort { ($0.lowerBound, -$0.upperBound) < ($1.lowerBound, -$1.upperBound) }
    return ranges.reduce(into: []) { outer, range in
      if range.lowerBound >= outer.last?.upperBound ?? 0 { outer.append(range) }
    }
  }
}
