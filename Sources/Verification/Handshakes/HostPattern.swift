/// A host that a preset trusts: a name, with at most one part left open by `*`.
public struct HostPattern: Sendable, Equatable, ExpressibleByStringLiteral {
  /// The pattern, `sns.*.amazonaws.com`.
  public let text: String

  public init(stringLiteral text: String) { self.text = text }

  /// Whether a URL is https, to this host, on the usual port, without user or password.
  public func matches(url: String) -> Bool {
    let bytes = Array(url.utf8)
    // A backslash is a slash to some readers, and part of the host to others.
    guard let rest = bytes.after("https://"),
      bytes.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "\\") })
    else { return false }
    let host = rest.prefix { !"/?#".utf8.contains($0) }
    return matches(host: String(decoding: host, as: UTF8.self))
  }

  private func matches(host: String) -> Bool {
    let labels = host.lowercased().split(separator: ".", omittingEmptySubsequences: false)
    let wanted = text.split(separator: ".", omittingEmptySubsequences: false)
    return labels.count == wanted.count
      && zip(labels, wanted).allSatisfy { label, want in
        want == label || want == "*" && Self.isLabel(label)
      }
  }

  private static func isLabel(_ label: Substring) -> Bool {
    !label.isEmpty
      && label.utf8.allSatisfy { 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "-") }
  }
}
