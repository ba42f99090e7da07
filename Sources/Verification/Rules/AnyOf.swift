import Foundation

/// One of several rules has to hold: the first that does is the proof.
public struct AnyOf: Rule {
  /// The rules, in the order in which they are tried.
  public var rules: [any Rule]

  public init(_ rules: [any Rule]) {
    self.rules = rules
  }

  public var words: String { "One of: " + rules.map(\.words).joined(separator: " Or: ") }

  public var secretHeaders: Set<String> { rules.reduce([]) { $0.union($1.secretHeaders) } }
  public var secretParameters: Set<String> { rules.reduce([]) { $0.union($1.secretParameters) } }
  public var secretPaths: [JSONPath] { rules.flatMap(\.secretPaths) }

  public var misconfigurations: [Misconfiguration] {
    rules.isEmpty
      ? [Misconfiguration("there is no rule of which one could hold")]
      : rules.flatMap(\.misconfigurations)
  }

  public func isAddressed(by request: Request) -> Bool {
    rules.contains { $0.isAddressed(by: request) }
  }

  /// - Throws: if none holds: temporarily if one could not tell yet, else as the rules agree, else
  ///   `Refusal.unverified`; with every rule's reason.
  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    var refusals: [Refusal] = []
    for rule in rules {
      do throws(Refusal) {
        var proof = try rule.verify(request, at: now)
        proof.omittedHeaders.formUnion(secretHeaders)
        proof.maskedParameters.formUnion(secretParameters)
        return proof
      } catch {
        refusals.append(error)
      }
    }
    let kinds = Set(refusals.map(\.kind))
    let agreed = kinds.count == 1 ? kinds.first : nil
    var refusal = Refusal(
      kinds.contains(.unavailable) ? .unavailable : agreed ?? .unverified,
      "none of \(rules.count) rules holds: "
        + refusals.map(\.reason).joined(separator: "; "))
    refusal.wantedKey = refusals.lazy.compactMap(\.wantedKey).first
    throw refusal
  }
}
