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
    .passed(try rule.verify(request, at: now))
  }
}

extension Mapping {
  /// The rule, once it has nothing to object to its options; else nil, with problems.
  func checked<Checked: Rule>(_ rule: Checked) -> Checked? {
    // Of a secret whose value can't be known here, a rule would say that it is wrong.
    if found.reading.hasUnknownSecrets { return rule }
    for one in rule.misconfigurations { found.report(one.reason, suggestion: one.suggestion) }
    return rule.misconfigurations.isEmpty ? rule : nil
  }

  /// Whether exactly one of these keys is there; a problem is reported where it isn't.
  func hasOne(of options: [any DocumentedOption]) -> Bool {
    let given = options.filter { found($0) != nil }
    guard given.count != 1 else { return true }
    found.report("expected exactly one of \(options.map(\.key).joined(separator: ", "))")
    return false
  }
}
