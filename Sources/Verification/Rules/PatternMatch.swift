import Foundation

/// A header, the query or the body has to match a pattern.
public struct PatternMatch: Rule {
  /// What is matched.
  public enum Place: Sendable, Equatable {
    /// A header's value; it has to be there.
    case header(String)
    /// A query parameter, decoded; it has to be there once.
    case queryParameter(String)
    /// The whole query, undecoded.
    case query
    /// The whole body.
    case body
    /// A text of a JSON body.
    case bodyField(JSONPath)
  }

  /// What has to match.
  public var place: Place
  /// What it has to match.
  public var pattern: Pattern

  public init(_ place: Place, _ pattern: Pattern) {
    self.place = place
    self.pattern = pattern
  }

  public var words: String { "\(placeText) matches \(pattern.text)." }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    guard let matches = pattern.matches(try text(in: request)) else {
      throw .unverified("matching \(placeText) would take too long")
    }
    guard matches else { throw .unverified("\(placeText) does not match \(pattern.text)") }
    return Proof(verified: "match:\(placeText)")
  }

  private func text(in request: Request) throws(Refusal) -> [UInt8] {
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
