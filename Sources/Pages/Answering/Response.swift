import Bytes

/// What a browser gets.
struct Response: Sendable {
  var status = 200
  var type = "text/html; charset=utf-8"
  var policy = Self.policy
  var caching = "no-store"
  var others: [(name: String, value: String)] = []
  var body: [UInt8] = []

  /// No script, style or form but our own, no frame around it, and nothing from elsewhere.
  static let policy =
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; "
    + "base-uri 'none'; frame-ancestors 'none'"

  /// The headers of every answer.
  var headers: [(name: String, value: String)] {
    [
      ("Content-Type", type), ("Content-Security-Policy", policy),
      ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
      ("Cross-Origin-Opener-Policy", "same-origin"),
      ("Cross-Origin-Resource-Policy", "same-origin"), ("Cache-Control", caching),
    ] + others
  }

  /// A page.
  init(_ html: HTML, status: Int = 200) {
    self.status = status
    body = html.bytes
  }

  /// A file of ours.
  init(_ asset: Assets) {
    type = asset.type
    caching = "private, max-age=31536000, immutable"
    body = asset.bytes
  }

  /// A stranger's bytes, which a browser saves and never shows. The name may have an ending.
  init(download bytes: [UInt8], named name: String, ending: StaticString? = nil) {
    type = "application/octet-stream"
    policy = "sandbox; default-src 'none'; frame-ancestors 'none'"
    let plain = name.utf8.map { byte -> UInt8 in
      let isPlain =
        0x61...0x7a ~= byte || 0x41...0x5a ~= byte || 0x30...0x39 ~= byte
        || "-_".utf8.contains(byte)
      return isPlain ? byte : UInt8(ascii: "_")
    }
    let text = String(decoding: plain.prefix(120), as: UTF8.self)
    let file = text + (ending.map { ".\($0)" } ?? "")
    others = [("Content-Disposition", "attachment; filename=\"\(file)\"")]
    body = bytes
  }

  /// Leads to another page of ours.
  init(to link: Link) {
    status = 303
    type = "text/plain; charset=utf-8"
    others = [("Location", link.text)]
  }
}
