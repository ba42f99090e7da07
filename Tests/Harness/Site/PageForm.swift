import Foundation
import Testing

/// A form of a page, as a browser without a script would send it with every box checked.
enum PageForm {
  /// The names and values of the inputs of the form in a page that is sent to `action`.
  static func fields(of text: String, action: String) throws -> [String: String] {
    let start = try #require(
      text.range(of: "<form method=\"post\" action=\"\(action)\""), "no form for \(action)")
    let form = text[start.upperBound...]
    let end = form.range(of: "</form>")?.lowerBound ?? form.endIndex
    var fields: [String: String] = [:]
    for input in form[..<end].matches(of: #/<input [^>]*>/#) {
      let tag = String(input.0)
      guard let name = value("name", tag) else { continue }
      fields[name] = value("value", tag) ?? ""
    }
    for area in form[..<end].matches(of: #/(<textarea [^>]*>)\n([^<]*)<\/textarea>/#) {
      guard let name = value("name", String(area.1)) else { continue }
      fields[name] = plain(String(area.2)).replacing("\n", with: "\r\n")
    }
    for list in form[..<end].matches(of: #/(<select [^>]*>)(.*?)<\/select>/#) {
      guard let name = value("name", String(list.1)) else { continue }
      let chosen = list.2.matches(of: #/<option value="([^"]*)" selected>/#).first
      fields[name] = chosen.map { plain(String($0.1)) } ?? ""
    }
    return fields
  }

  private static func value(_ name: String, _ tag: String) -> String? {
    guard let start = tag.range(of: " \(name)=\"") else { return nil }
    let rest = tag[start.upperBound...]
    return plain(String(rest[..<(rest.firstIndex(of: "\"") ?? rest.endIndex)]))
  }

  private static func plain(_ text: String) -> String {
    text.replacing("&quot;", with: "\"").replacing("&#39;", with: "'")
      .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
  }
}

extension Site {
  /// Sends a form of the pages, as a browser would send one of theirs unless `headers` say else.
  func send(
    _ fields: [String: String], to target: String, as user: PageUser,
    _ headers: [String] = ["Sec-Fetch-Site: same-origin"], type: String? = nil
  ) throws -> Reply {
    func encoded(_ text: String) -> String {
      text.utf8.map { byte in
        let isPlain =
          0x61...0x7a ~= byte || 0x41...0x5a ~= byte || 0x30...0x39 ~= byte
          || "-._".utf8.contains(byte)
        let digits = String(byte, radix: 16)
        return isPlain
          ? String(UnicodeScalar(byte)) : "%\(digits.count == 1 ? "0" : "")\(digits)"
      }.joined()
    }
    let body = fields.sorted { $0.key < $1.key }
      .map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(separator: "&")
    let file = folder("form-\(UUID().uuidString)")
    try Data(body.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let kind = type ?? "application/x-www-form-urlencoded"
    return try page(
      target, as: user, "POST", headers: headers + ["Content-Type: \(kind)", "Expect:"],
      options: ["--data-binary", "@\(file.path)"])
  }
}
