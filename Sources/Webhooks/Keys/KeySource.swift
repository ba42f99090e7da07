import Verification

/// The places where one webhook's sender publishes keys that have to be fetched.
public struct KeySource: Sendable {
  /// The webhook's identifier.
  public let webhook: String
  /// The sender's name.
  public let sender: String
  /// The fixed URLs, which are fetched periodically.
  public let urls: [String]
  /// The hosts that a key may be fetched from if a delivery names its URL.
  public let hosts: [HostPattern]
  /// The login for a fetch; nil if the keys are public.
  public let login: KeyLogin?

  /// Returns whether this URL may be fetched.
  public func allows(_ url: String) -> Bool {
    urls.contains(url) || hosts.contains { $0.matches(url: url) }
  }
}
