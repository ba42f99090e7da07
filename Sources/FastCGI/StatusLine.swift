import Bytes

/// The value of a `Status:` header.
///
/// nginx copies it into its answer unchanged. With the number alone, the status line would lack the
/// space that RFC 9112 requires behind the number. So every status has a reason phrase.
enum StatusLine {
  private static let classes = [2: "Success", 3: "Redirection", 4: "Refused", 5: "Failed"]

  static func of(_ status: Int) -> String {
    "\(status) \(HTTPText.reason(of: status) ?? classes[status / 100] ?? "Status")"
  }
}
