import Testing

@testable import Harness

/// The example that GitHub publishes for its signatures.
@Suite(.showingLogs) struct GitHubExampleTests {
  static let signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
  static let files = [
    "secrets/github": "It's a Secret to Everybody",
    "incoming/pushes.yaml": "name: Pushes\n",
    "webhooks/github.yaml": """
    name: GitHub
    incoming: pushes
    pre_processors:
      - type: signature
        header: X-Hub-Signature-256
        algorithm: sha256
        encoding: hex
        prefix: sha256=
        secrets: [{secret: github}]

    """,
  ]

  @Test func `GitHub's published example is accepted`() throws {
    try Site.open(Self.files) { site in
      let reply = try site.post(
        "/webhook/github", Array("Hello, World!".utf8),
        headers: ["X-Hub-Signature-256: sha256=\(Self.signature)", "Content-Type: text/plain"])
      #expect(reply.status == 200)
      let data = try #require(site.onlyTask("pushes")["data"] as? [String: Any])
      #expect(data["body"] as? String == "Hello, World!")
      let headers = try #require(data["headers"] as? [String: Any])
      #expect(headers["x-hub-signature-256"] as? String == "sha256=\(Self.signature)")
    }
  }

  @Test(arguments: ["Hello, World?", "Hello, World", "Hello, World!\n", ""])
  func `with one byte changed it is refused, and nothing is stored`(body: String) throws {
    try Site.open(Self.files) { site in
      let reply = try site.post(
        "/webhook/github", Array(body.utf8),
        headers: ["X-Hub-Signature-256: sha256=\(Self.signature)"])
      #expect(reply.status == 401)
      #expect(site.stored() == [])
    }
  }
}
