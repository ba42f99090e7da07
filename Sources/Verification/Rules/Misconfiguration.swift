/// Why an option can't be what it was configured as: said by `check`, in words.
public struct Misconfiguration: Error, Sendable, Equatable {
  /// What is wrong; never a secret's value.
  public let reason: String
  /// What was probably meant, to be put in the place of the text that is wrong.
  public let suggestion: String?

  /// The key that says nothing, where that is what is wrong.
  public let absent: String?

  public init(_ reason: String, suggestion: String? = nil, absent: String? = nil) {
    self.absent = absent
    self.reason = reason
    self.suggestion = suggestion
  }
}
