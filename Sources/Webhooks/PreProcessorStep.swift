import Verification

/// What one pre-processor said of a delivery.
public struct PreProcessorStep: Sendable, Equatable {
  /// The four things that it can say.
  public enum Outcome: Sendable, Equatable {
    case passed(Proof)
    /// A handshake; with the name of the secret that verified it, where it came verified.
    case answered(secretName: String?)
    case failed(Refusal)
    /// It would have refused the delivery, and is only observed.
    case observed(Refusal)
  }

  /// Its `type`.
  public let type: String
  /// Its place in the list of pre-processors, from 0.
  public let index: Int
  public let outcome: Outcome
}
