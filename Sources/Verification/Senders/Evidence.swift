/// The source that a preset is based on.
public enum Evidence: String, Sendable {
  /// The sender's own documentation or code.
  case documented
  /// A third party's description or code.
  case described
  /// General knowledge: the scheme is unconfirmed.
  case unconfirmed
}
