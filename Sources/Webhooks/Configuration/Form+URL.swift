import Foundation

extension Form where Value == String {
  /// An absolute http or https URL, without user, query and fragment.
  static let url = Form.scalar(
    "URL", "an https:// URL without query and fragment",
    suggest: { $0.contains("://") ? nil : "https://\($0)" },
    parse: { text in
      let allowed = text.utf8.allSatisfy { (0x21...0x7e).contains($0) && !refused.contains($0) }
      guard allowed, text.utf8.count <= 2000, let parts = URLComponents(string: text) else {
        return nil
      }
      guard ["http", "https"].contains(parts.scheme), let host = parts.host, !host.isEmpty,
        parts.user == nil, parts.port.map({ (1...65535).contains($0) }) ?? true
      else { return nil }
      return text
    })

  /// What no URL holds unencoded, and what begins a query or a fragment.
  private static let refused = Set("\"<>\\^`{|}?#".utf8)
}
