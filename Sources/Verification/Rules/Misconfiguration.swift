/// An error in a configured option, in words that `check` prints.
public struct Misconfiguration: Error, Sendable, Equatable {
  /// The problem; never a secret's value.
  public let reason: String
  /// The text that was probably meant, to replace the wrong one; nil if there isn't a guess.
  public let suggestion: String?

  /// The missing or empty key; nil unless that is the problem.
  public let absent: String?

  /// Makes an error. By default there isn't a suggestion, and no key is missing.
  public init(_ reason: String, suggestion: String? = nil, absent: String? = nil) {
    self.absent = absent
    self.reason = reason
    self.suggestion = suggestion
  }
}
