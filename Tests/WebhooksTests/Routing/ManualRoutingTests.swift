import Foundation
import Testing
import Verification

@testable import Webhooks

/// What the manual shows of routing is what happens.
@Suite struct ManualRoutingTests {
  @Test func `the manual's example becomes the tasks that it says`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appending(path: "systemd/man/levelwind-incoming.5.md"), encoding: .utf8)
    let marked = page.components(separatedBy: "<!-- routing -->\n")
    try #require(marked.count == 3)
    var files = ["levelwind.yaml": "deadline: 60s\n"]
    for text in Self.blocks("yaml", in: marked[1]) {
      let name = try #require(text.firstMatch(of: /^# ([a-z\/.-]+\.yaml)/)).output.1
      files[String(name)] = text
    }
    #expect(files.count == 6)
    let configuration = try ConfigurationFiles(files)
    let loading = configuration.load()
    #expect(
      loading.problems.map(\.description) == [])
    let message = try #require(Self.blocks("http", in: marked[1]).first)
    let halves = message.components(separatedBy: "\n\n")
    let fields = halves[0].split(separator: "\n").dropFirst().map { line in
      let parts = line.components(separatedBy: ": ")
      return (name: parts[0], value: parts[1])
    }
    let request = Request(
      method: "POST", path: Array("/webhook/shop".utf8), headers: Headers(fields),
      body: Array(halves[1].utf8), remote: "192.0.2.7")
    let explanation = Explanation(
      request, for: try #require(Identifier("shop")), at: Date(),
      in: try #require(loading.snapshot))
    let said = explanation.text.split(separator: "\n").filter { $0.hasPrefix("incoming ") }
    let shown = try #require(Self.blocks("text", in: marked[1]).first)
    #expect(said == shown.split(separator: "\n"))
    let json = String(decoding: explanation.json, as: UTF8.self)
    #expect(json.contains(#""type":"com.example.gift""#))
    #expect(json.contains(#""body":{"kind":"part","id":123456789012345678901234567890}}}"#))
  }

  /// Returns the texts between ```` ```kind ```` and ```` ``` ````.
  private static func blocks(_ kind: String, in text: String) -> [String] {
    text.components(separatedBy: "```\(kind)\n").dropFirst().map {
      $0.components(separatedBy: "\n```")[0]
    }
  }
}
