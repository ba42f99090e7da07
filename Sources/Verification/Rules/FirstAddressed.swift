import Foundation

/// The first rule that the request brings anything for has to hold; the others are not asked.
///
/// For senders that have a new scheme beside an old one: who sends the new header is held to it,
/// and can't fall back on the old one when it is wrong.
public struct FirstAddressed: Rule {
  /// The rules, the one that is preferred first.
  public var rules: [any Rule]

  public init(_ rules: [any Rule]) {
    self.rules = rules
  }

  public var words: String {
    rules.map(\.words).joined(separator: " If the request has nothing of that: ")
  }

  public var secretHeaders: Set<String> { rules.reduce([]) { $0.union($1.secretHeaders) } }
  public var secretParameters: Set<String> { rules.reduce([]) { $0.union($1.secretParameters) } }
  public var secretPaths: [JSONPath] { rules.flatMap(\.secretPaths) }

  /// A secret may be meant for any one of the rules: what all of them can't use is wrong.
  public var misconfigurations: [Misconfiguration] {
    let found = rules.map(\.misconfigurations)
    return found.contains([]) ? [] : found.last ?? []
  }

  public func isAddressed(by request: Request) -> Bool {
    rules.contains { $0.isAddressed(by: request) }
  }

  /// If the request brings nothing for any of them, the first one says what is missing.
  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    guard let rule = rules.first(where: { $0.isAddressed(by: request) }) ?? rules.first else {
      throw .unverified("there is no rule that could hold")
    }
    var proof = try rule.verify(request, at: now)
    proof.omittedHeaders.formUnion(secretHeaders)
    proof.maskedParameters.formUnion(secretParameters)
    return proof
  }
}
