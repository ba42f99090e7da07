import FoundationEssentials

/// A rule that asks one of several: the first whose header, parameter or field is in the request.
///
/// It is for senders that add a new scheme beside an old one. A request with the new header has to
/// satisfy the new scheme: it can't fall back on the old one.
public struct FirstAddressed: Rule {
  /// The rules, the preferred one first.
  public var rules: [any Rule]

  /// Makes a rule from several, the preferred one first.
  public init(_ rules: [any Rule]) {
    self.rules = rules
  }

  /// The sentences of all rules, in order.
  public var words: String {
    rules.map(\.words).joined(separator: " If the request has none of these fields: ")
  }

  /// The headers of all rules.
  public var secretHeaders: Set<String> { rules.reduce([]) { $0.union($1.secretHeaders) } }
  /// The parameters of all rules.
  public var secretParameters: Set<String> { rules.reduce([]) { $0.union($1.secretParameters) } }
  /// The paths of all rules.
  public var secretPaths: [JSONPath] { rules.flatMap(\.secretPaths) }

  /// The problems of the last rule, if every rule has some. A secret may be meant for any of the
  /// rules, so only a secret that none of them can use is wrong.
  public var misconfigurations: [Misconfiguration] {
    let found = rules.map(\.misconfigurations)
    return found.contains([]) ? [] : found.last ?? []
  }

  /// Returns whether one of the rules is addressed.
  public func isAddressed(by request: Request) -> Bool {
    rules.contains { $0.isAddressed(by: request) }
  }

  /// Asks the first addressed rule. If none is addressed, the first rule says what is missing.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    guard let rule = rules.first(where: { $0.isAddressed(by: request) }) ?? rules.first else {
      throw .unverified("there is no rule that could hold")
    }
    var proof = try rule.verify(request, at: now)
    proof.omittedHeaders.formUnion(secretHeaders)
    proof.maskedParameters.formUnion(secretParameters)
    return proof
  }
}
