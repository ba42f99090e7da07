/// Where a request comes from, as the browser says.
enum Origin {
  /// Whether a GET may be answered: from the pages themselves, typed, or a link from elsewhere that
  /// opens as a whole page. Other sites may not embed or fetch pages.
  ///
  /// - Parameters: all values of `Sec-Fetch-Site`, `Sec-Fetch-Mode` and `Sec-Fetch-Dest`. Browsers
  ///   send none of them over plain HTTP to a name.
  static func allowsReading(site: [[UInt8]], mode: [[UInt8]], destination: [[UInt8]]) -> Bool {
    guard site.count <= 1, mode.count <= 1, destination.count <= 1 else { return false }
    guard let site = site.first else { return true }
    func said(_ values: [[UInt8]]) -> String? {
      values.first.map { String(decoding: $0, as: UTF8.self) }
    }
    switch String(decoding: site, as: UTF8.self) {
    case "same-origin", "none": return true
    case "same-site", "cross-site":
      return said(mode) == "navigate" && said(destination) == "document"
    default: return false
    }
  }

  /// Why a form may not change anything; nil if it may, since a page of ours sent it.
  ///
  /// Browsers send the password along with the forms of any site, so this rule alone keeps other
  /// sites from changing something. Over plain HTTP to a name they don't send `Sec-Fetch-Site`.
  /// Then `Origin` has to be the host that the browser asked. The two are compared byte by byte:
  /// browsers write both in lower case.
  ///
  /// - Parameters: all values of `Sec-Fetch-Site` and `Origin`, and of the parameter
  ///   `LEVELWIND_HOST`.
  static func objection(site: [[UInt8]], origin: [[UInt8]], host: [[UInt8]]) -> String? {
    guard site.count <= 1, origin.count <= 1, host.count <= 1 else {
      return "A header that says where the form comes from came twice."
    }
    if let site = site.first {
      return site.elementsEqual("same-origin".utf8)
        ? nil : "Another site sent this form, or a program did, as the browser says."
    }
    guard let origin = origin.first else {
      return "The browser didn't say where the form comes from. Programs use the commands instead."
    }
    guard let host = host.first, !host.isEmpty else {
      return "The web server doesn't say by which name the pages were asked: its location needs "
        + "the line fastcgi_param LEVELWIND_HOST $http_host;"
    }
    let isOurs = ["http://", "https://"].contains { origin.elementsEqual(Array($0.utf8) + host) }
    return isOurs ? nil : "Another site sent this form, as the browser says."
  }
}
