import FoundationEssentials
import Verification

/// A pre-processor that checks one rule of the module Verification.
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

  func check(_ request: Request, at now: Date) throws(Rejection) -> PreProcessorOutcome {
    .passed(try verified(request, at: now))
  }

  /// Verifies a request by the rule. If the request is right for a secret that has ended, the
  /// rejection names that secret.
  func verified(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    do throws(Rejection) {
      return try rule.verify(request, at: now)
    } catch {
      guard error.cause == .unverified, let old = rule.endedSecret(of: request, at: now) else {
        throw error
      }
      throw error.adding("it is right for \(old.name), which ended \(old.end.ISO8601Format())")
    }
  }
}

extension Mapping {
  /// Returns the rule if its options are right; otherwise reports the problems and returns nil.
  func checked<Checked: Rule>(_ rule: Checked) -> Checked? {
    // Secrets can't be read here, so a rule would call them wrong.
    if found.reading.hasUnknownSecrets { return rule }
    // A missing value isn't reported again if its key is misspelt or its value was refused: that
    // was reported already, and is the cause.
    for one in rule.misconfigurations where !(one.absent.map(isTold) ?? false) {
      found.report(one.reason, suggestion: one.suggestion)
    }
    return rule.misconfigurations.isEmpty ? rule : nil
  }
}
