import Foundation
import Verification

/// A pre-processor that is a rule of module Verification with options.
protocol RulePreProcessor: PreProcessor {
  associatedtype Checked: Rule

  var rule: Checked { get }
}

extension RulePreProcessor {
  var words: String { rule.words }
  var secretHeaders: Set<String> { rule.secretHeaders }
  var secretParameters: Set<String> { rule.secretParameters }
  var secretPaths: [JSONPath] { rule.secretPaths }

  func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    try rule.signed(request, at: now)
  }

  func check(_ request: Request, at now: Date) throws(Refusal) -> PreProcessorOutcome {
    .passed(try verified(request, at: now))
  }

  /// What the rule says. A refusal of what is right for a secret that has ended names that secret.
  func verified(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    do throws(Refusal) {
      return try rule.verify(request, at: now)
    } catch {
      guard error.kind == .unverified, let old = rule.endedSecret(of: request, at: now) else {
        throw error
      }
      throw error.adding("it is right for \(old.name), which ended \(old.end.ISO8601Format())")
    }
  }
}

extension Mapping {
  /// The rule, once it has nothing to object to its options; else nil, with problems.
  func checked<Checked: Rule>(_ rule: Checked) -> Checked? {
    // Of a secret whose value can't be known here, a rule would say that it is wrong.
    if found.reading.hasUnknownSecrets { return rule }
    // Where what is wanting was refused, or its key misspelt, that was told, and is the cause.
    for one in rule.misconfigurations where !(one.absent.map(isTold) ?? false) {
      found.report(one.reason, suggestion: one.suggestion)
    }
    return rule.misconfigurations.isEmpty ? rule : nil
  }

  /// Whether exactly one of these keys is there; a problem is reported where it isn't.
  func hasOne(of options: [any DocumentedOption]) -> Bool {
    let given = options.filter { found($0) != nil }
    guard given.count != 1 else { return true }
    if given.isEmpty, options.contains(where: { isTold($0.key) }) { return false }
    found.report("expected exactly one of \(options.map(\.key).joined(separator: ", "))")
    return false
  }
}
