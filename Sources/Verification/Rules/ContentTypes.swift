import FoundationEssentials

/// A rule that the content type is one of a list.
public struct ContentTypes: Rule {
  /// The media types: `application/json`, or `text/*` for all with this start. Parameters don't
  /// count.
  public var types: [String]

  /// Makes a rule with the allowed media types.
  public init(_ types: [String]) {
    self.types = types
  }

  /// A sentence that lists the media types.
  public var words: String { "The content type is one of \(types.joined(separator: ", "))." }

  /// The errors in the list: it is empty, or an entry isn't a media type.
  public var misconfigurations: [Misconfiguration] {
    types.isEmpty
      ? [Misconfiguration("no content type is allowed")]
      : types.filter { $0.split(separator: "/", omittingEmptySubsequences: false).count != 2 }
        .map { Misconfiguration("\"\($0)\" isn't a media type") }
  }

  /// Compares the media type, in either case and without its parameters.
  ///
  /// - Throws: `Rejection.unsupported` for a type that isn't listed, for a missing one, and for two
  ///   headers.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    let values = request.headers.values(of: "content-type")
    guard values.count == 1 else {
      throw .unsupported("there are \(values.count) content types, and exactly one is needed")
    }
    let type = Array(values[0].prefix { $0 != UInt8(ascii: ";") }).trimmed
    guard let match = types.first(where: { Self.matches(type, $0) }) else {
      throw .unsupported("the content type isn't one of \(types.joined(separator: ", "))")
    }
    return Proof(verified: "content_type:\(match)")
  }

  private static func matches(_ type: [UInt8], _ wanted: String) -> Bool {
    guard wanted.hasSuffix("/*") else { return type.isText(wanted) }
    let start = wanted.dropLast()
    return type.count > start.utf8.count
      && Array(type.prefix(start.utf8.count)).isText(String(start))
  }
}
