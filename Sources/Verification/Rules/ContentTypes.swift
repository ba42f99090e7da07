import Foundation

/// The content type has to be one of a list.
public struct ContentTypes: Rule {
  /// Media types, `application/json`, or `text/*` for all of a kind; parameters don't count.
  public var types: [String]

  public init(_ types: [String]) {
    self.types = types
  }

  public var words: String { "The content type is one of \(types.joined(separator: ", "))." }

  public var misconfigurations: [Misconfiguration] {
    types.isEmpty
      ? [Misconfiguration("no content type is allowed")]
      : types.filter { $0.split(separator: "/", omittingEmptySubsequences: false).count != 2 }
        .map { Misconfiguration("\"\($0)\" is no media type") }
  }

  /// - Throws: `Refusal.unsupported` for any other, for none, and for two.
  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    let values = request.headers.values(of: "content-type")
    guard values.count == 1 else {
      throw .unsupported("there are \(values.count) content types, and one is needed")
    }
    let type = Array(values[0].prefix { $0 != UInt8(ascii: ";") }).trimmed
    guard let match = types.first(where: { Self.matches(type, $0) }) else {
      throw .unsupported("the content type is none of \(types.joined(separator: ", "))")
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
