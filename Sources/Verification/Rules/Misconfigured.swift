import FoundationEssentials

/// A stand-in for a rule that can't be made from its options. It rejects everything temporarily.
struct Misconfigured: Rule {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }

  var words: String { "Nothing: \(reason)." }
  var misconfigurations: [Misconfiguration] { [Misconfiguration(reason)] }

  func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    throw .unavailable(reason)
  }
}
