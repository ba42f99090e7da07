import Verification

/// A URL that a sender wants opened after its handshake was answered, as its record says it.
public struct OpenRecord: Sendable, Equatable, Codable {
  /// `levelwind.open`.
  public let type: String
  public let webhook: String
  public let sender: String
  /// The id of the delivery that it came with.
  public let delivery: String
  /// When that arrived, after RFC 3339.
  public let time: String
  public let url: String

  /// Whether the preset of its sender still allows its URL.
  ///
  /// - Parameter hosts: those that presets allow, by the sender's name.
  public func isAllowed(by hosts: [String: [HostPattern]]) -> Bool {
    hosts[sender, default: []].contains { $0.matches(url: url) }
  }
}
