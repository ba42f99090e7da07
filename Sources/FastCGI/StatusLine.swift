/// The value of a `Status:` header.
///
/// nginx copies it into its answer unchanged. With the number alone, the status line would lack the
/// space that RFC 9112 requires behind the number. So every status has a reason phrase.
enum StatusLine {
  private static let reasons = [
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently",
    302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
    308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 408: "Request Timeout",
    409: "Conflict", 410: "Gone", 411: "Length Required", 412: "Precondition Failed",
    413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type",
    422: "Unprocessable Content", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout", 507: "Insufficient Storage",
  ]
  private static let classes = [2: "Success", 3: "Redirection", 4: "Refused", 5: "Failed"]

  static func of(_ status: Int) -> String {
    "\(status) \(reasons[status] ?? classes[status / 100] ?? "Status")"
  }
}
