import FoundationEssentials

/// Returns whether two byte strings are equal, in a time that depends on their lengths alone.
///
/// Every comparison in this module of a secret or an expected signature goes through this function.
/// It isn't inlined, so that the optimiser can't use a caller's knowledge to end the loop early.
@inline(never)
func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  var difference: UInt8 = 0
  for index in left.indices { difference |= left[index] ^ right[index] }
  return difference == 0
}

extension [Secret] {
  /// Returns the first usable secret that equals the candidate; nil if there isn't one.
  func first(equalTo candidate: [UInt8], at now: Date) -> Secret? {
    first { $0.isUsable(at: now) && equalInConstantTime($0.bytes, candidate) }
  }
}
