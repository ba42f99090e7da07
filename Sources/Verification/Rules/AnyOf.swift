import FoundationEssentials

/// A rule that one of several rules holds. The first that does gives the proof.
public struct AnyOf: Rule {
  /// The rules, in the order in which they are tried.
  public var rules: [any Rule]

  /// Makes a rule from several, in the order in which they are tried.
  public init(_ rules: [any Rule]) {
    self.rules = rules
  }

  /// The sentences of all rules.
  public var words: String { "One of: " + rules.map(\.words).joined(separator: " Or: ") }

  /// The headers of all rules.
  public var secretHeaders: Set<String> { rules.reduce([]) { $0.union($1.secretHeaders) } }
  /// The parameters of all rules.
  public var secretParameters: Set<String> { rules.reduce([]) { $0.union($1.secretParameters) } }
  /// The paths of all rules.
  public var secretPaths: [JSONPath] { rules.flatMap(\.secretPaths) }

  /// The errors of all rules, or the error that there isn't any rule.
  public var misconfigurations: [Misconfiguration] {
    rules.isEmpty
      ? [Misconfiguration("the list of rules is empty")]
      : rules.flatMap(\.misconfigurations)
  }

  /// Returns whether the request holds anything that one of the rules checks.
  public func isAddressed(by request: Request) -> Bool {
    rules.contains { $0.isAddressed(by: request) }
  }

  /// Tries the rules in order. The proof names the secret headers and parameters of all rules.
  ///
  /// - Throws: A rejection with every rule's reason, if none holds. It is temporary if one of the
  ///   rules can't decide yet. Otherwise it has the rules' common cause, or `unverified` if they
  ///   differ.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    var rejections: [Rejection] = []
    for rule in rules {
      do throws(Rejection) {
        var proof = try rule.verify(request, at: now)
        proof.omittedHeaders.formUnion(secretHeaders)
        proof.maskedParameters.formUnion(secretParameters)
        return proof
      } catch {
        rejections.append(error)
      }
    }
    let kinds = Set(rejections.map(\.cause))
    let agreed = kinds.count == 1 ? kinds.first : nil
    var rejection = Rejection(
      kinds.contains(.unavailable) ? .unavailable : agreed ?? .unverified,
      "none of \(rules.count) rules holds: "
        + rejections.map(\.reason).joined(separator: "; "))
    rejection.wantedKey = rejections.lazy.compactMap(\.wantedKey).first
    throw rejection
  }
}
