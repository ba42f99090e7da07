import Foundation

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
///
/// Every comparison of this module that has a secret or an expected signature on one side comes
/// through here. Not inlined, so that no caller's knowledge lets the optimiser end the loop early.
@inline(never)
func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  var difference: UInt8 = 0
  for index in left.indices { difference |= left[index] ^ right[index] }
  return difference == 0
}

extension [Secret] {
  /// The first secret that is usable and equal to the candidate, or nil.
  func first(equalTo candidate: [UInt8], at now: Date) -> Secret? {
    first { $0.isUsable(at: now) && equalInConstantTime($0.bytes, candidate) }
  }
}
