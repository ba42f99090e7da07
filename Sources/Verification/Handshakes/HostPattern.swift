/// A host that a preset trusts. At most one label of the name is `*`, which stands for a region of
/// AWS such as `eu-west-1`. Any label would be too wide: `sns.s3.amazonaws.com` may be a stranger's
/// bucket.
public struct HostPattern: Sendable, Equatable, ExpressibleByStringLiteral {
  /// The pattern: `sns.*.amazonaws.com`.
  public let text: String

  /// Makes a pattern from a literal. The text isn't checked.
  public init(stringLiteral text: String) { self.text = text }

  /// Returns whether a URL is https, on this host, on the default port, without user or password.
  public func matches(url: String) -> Bool {
    let bytes = Array(url.utf8)
    // Some readers take a backslash as a slash, others as part of the host.
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
        want == label || want == "*" && Self.isRegion(label)
      }
  }

  /// Returns whether a label looks like a region: two letters, one or more words, and a number of
  /// one or two digits, joined by hyphens.
  private static func isRegion(_ label: Substring) -> Bool {
    let parts = label.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count > 2, parts[0].count == 2, let number = parts.last else { return false }
    return 1...2 ~= number.count && number.allSatisfy { 0x30...0x39 ~= $0 }
      && parts.dropLast().allSatisfy { !$0.isEmpty && $0.allSatisfy { 0x61...0x7A ~= $0 } }
  }
}
