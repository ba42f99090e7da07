import FoundationEssentials

/// A rule that a header, a query parameter, the query or the body matches a pattern.
public struct PatternMatch: Rule {
  /// The part of the request that is matched.
  public enum Place: Sendable, Equatable {
    /// A header's value. The header has to be there.
    case header(String)
    /// A query parameter, decoded. It has to come exactly once.
    case queryParameter(String)
    /// The whole query, undecoded.
    case query
    /// The whole body.
    case body
    /// One text of a JSON body.
    case bodyField(JSONPath)
  }

  /// The part of the request that has to match.
  public var place: Place
  /// The pattern.
  public var pattern: Pattern

  /// Makes a rule that one part of the request matches the pattern.
  public init(_ place: Place, _ pattern: Pattern) {
    self.place = place
    self.pattern = pattern
  }

  /// A sentence that names the part and the pattern.
  public var words: String { "\(placeText) matches \(pattern.text)." }

  /// Matches the part of the request.
  ///
  /// - Throws: `Rejection.unverified` if the part is missing, doesn't match, or would take too long
  ///   to match.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    guard let matches = pattern.matches(try text(in: request)) else {
      throw .unverified("matching \(placeText) would take too long")
    }
    guard matches else { throw .unverified("\(placeText) does not match \(pattern.text)") }
    return Proof(verified: "match:\(placeText)")
  }

  private func text(in request: Request) throws(Rejection) -> [UInt8] {
    switch place {
    case .header(let name): try request.headers.value(name)
    case .queryParameter(let name):
      try request.parameters.single(name, "query parameter").value
    case .query: request.query
    case .body: request.body
    case .bodyField(let path): try path.text(in: request)
    }
  }

  private var placeText: String {
    switch place {
    case .header(let name): name
    case .queryParameter(let name): "?\(name)"
    case .query: "query"
    case .body: "body"
    case .bodyField(let path): path.text
    }
  }
}
