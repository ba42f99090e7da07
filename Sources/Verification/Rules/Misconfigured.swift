import Foundation

/// Stands for a rule that can't be made of its options: it lets nothing pass, for now.
struct Misconfigured: Rule {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }

  var words: String { "Nothing: \(reason)." }
  var misconfigurations: [Misconfiguration] { [Misconfiguration(reason)] }

  func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    throw .unavailable(reason)
  }
}
