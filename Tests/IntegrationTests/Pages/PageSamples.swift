import Foundation
import Testing

@testable import Harness

/// Texts that try to be more than text, in every place that others write.
enum Hostile {
  static let texts = [
    "<script>document.title='stolen'</script>", "\"onfocus=alert(1) x=\"",
    "\"\u{301}autofocus onfocus=document.title='stolen' y=\"", "'\u{200d} onclick='x",
    "&#x3c;b&#x3e;",
    "</textarea>", "</title>", "</pre>", "-->", "{{7*7}}", "javascript:alert(1)", "a\u{202e}b",
    "<svg/onload=document.title='stolen'>", "]]>", "<!--",
  ]
  static let all = texts.joined(separator: " ")
}

/// The configuration and the deliveries of the tests of pages.
enum PageSamples {
  static let marker = "MARKER-5ecret-0815"

  static func files(name: String = "Shop", description: String = "Orders.") -> [String: String] {
    [
      "secrets/erp": Sample.secret + marker + "\n",
      "incoming/stock.yaml": "name: \(yaml(name))\ndescription: \(yaml(description))\n",
      "incoming/audit.yaml": "name: Audit\nfilter: .data.body.total > 100\n",
      "incoming/broken.yaml": "nane: Broken\n",
      "webhooks/erp.yaml": """
      name: \(yaml(name))
      description: \(yaml(description))
      incoming: stock
      additional_incoming: [audit]
      logging: true
      history: {for: 7d, bytes: 64MiB}
      pre_processors:
        - type: header
          name: X-Webhook-Secret
          secrets: [{secret: erp}, {literal: literal-\(marker)-literal, name: old}]

      """,
      "webhooks/off.yaml": "name: Off\nincoming: stock\ndisabled: true\npre_processors: []\n",
      "webhooks/broken.yaml": "name: \(yaml(name))\nincoming: nowhere\npre_processors: []\n",
    ]
  }

  private static func yaml(_ text: String) -> String {
    let data = try? JSONSerialization.data(withJSONObject: [text])
    return String(decoding: data ?? Data(), as: UTF8.self).dropFirst().dropLast() + ""
  }

  /// Sends deliveries of each verdict, has one task given up and one deferred, and waits until the
  /// history and the status show it.
  static func deliver(_ site: Site, hostile: String = "") throws {
    let body = try JSONSerialization.data(withJSONObject: ["total": 500, "note": "word \(hostile)"])
    let header = hostile.unicodeScalars.filter { $0.isASCII && $0.value >= 0x20 }.map(String.init)
      .joined()
    for secret in [Sample.secret + marker, "wrong"] {
      _ = try site.post(
        "/webhook/erp?q=%3Cscript%3E%22", Array(body),
        headers: [
          "X-Webhook-Secret: \(secret)", "Content-Type: application/json", "X-Note: \(header)",
        ])
    }
    let spool = site.folder("spool/stock").path
    try until("the task is there") {
      try !FileManager.default.contentsOfDirectory(atPath: spool + "/new").isEmpty
    }
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: spool + "/new").first)
    try FileManager.default.moveItem(
      atPath: "\(spool)/new/\(name)", toPath: "\(spool)/failed/\(name)")
    try Data("given up: \(hostile)\nsecond line\u{1b}[2J".utf8).write(
      to: URL(filePath: "\(spool)/failed/\(name).reason"))
    // An importer's own file, with a name that tries to be more.
    try Data("not a task".utf8).write(to: URL(filePath: "\(spool)/new/a\"b<c>' .json"))
    try until("the history has both") {
      let said = try site.command("delivery", "list", "--json")
      return said.text.split(separator: "\n").count >= 2
    }
    try until("the status knows of the failed task") {
      try site.command("status", "--json").text.contains("\"failed\" : 1")
    }
  }

  /// Every place that a walk over the links finds, from the navigation on.
  static func crawl(
    _ site: Site, as user: Site.PageUser, _ look: (String, Reply) throws -> Void
  ) throws -> Set<String> {
    var (seen, open): (Set<String>, [String]) = ([], ["/status"])
    while let target = open.popLast() {
      guard seen.insert(target).inserted, seen.count < 400 else { continue }
      let reply = try site.page(target, as: user)
      try look(target, reply)
      guard reply["content-type"]?.hasPrefix("text/html") == true else { continue }
      for match in reply.text.matches(of: #/(?:href|src|method="get" action)="([^"]*)"/#) {
        let link = String(match.1).replacing("&amp;", with: "&").replacing("&#39;", with: "'")
        if link.hasPrefix("#") { continue }
        #expect(link.hasPrefix("/") && !link.hasPrefix("//"), "\(target): \(link)")
        open.append(link)
      }
    }
    return seen
  }
}
