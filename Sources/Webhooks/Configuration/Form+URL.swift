import Foundation

extension Form where Value == String {
  /// An absolute http or https URL, without user, query and fragment.
  static let url = url("an https:// URL without query and fragment", refusing: "?#")
  /// One to send something to: it may have a query.
  static let target = url("an https:// URL without a fragment", refusing: "#")

  private static func url(_ expectation: String, refusing more: String) -> Form {
    // What no URL holds unencoded, and what begins the parts that this one lacks.
    let refused = Set(("\"<>\\^`{|}" + more).utf8)
    return scalar(
      "URL", expectation,
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
  }
}
