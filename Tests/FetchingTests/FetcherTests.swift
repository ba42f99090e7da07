import Testing

@testable import Fetching
@testable import Harness

@Suite struct FetcherTests {
  private static let host = "keys.example.org"

  private func with(
    _ files: [String: String] = [:], _ test: (Fetcher, SecureServer) throws -> Void
  ) throws {
    let server = try SecureServer(for: Self.host, files)
    defer { server.stop() }
    try test(
      Fetcher(trust: server.trust, gateway: Gateway(server.address)), server)
  }

  private func failure(_ fetcher: Fetcher, _ url: String) -> FetchError? {
    do throws(FetchError) {
      _ = try fetcher.get(url)
      return nil
    } catch {
      return error
    }
  }

  @Test func `what is there is fetched, under the host's own name`() throws {
    try with(["/a": "content"]) { fetcher, server in
      let bytes = try fetcher.get("https://keys.example.org/a?b=c")
      #expect(bytes == Array("content".utf8))
      #expect(server.requests == ["keys.example.org /a?b=c"])
    }
  }

  @Test func `nothing but 200 counts, and no redirect is followed`() throws {
    try with(["/moved": "content"]) { fetcher, server in
      #expect(failure(fetcher, "https://keys.example.org/none") == .status(404))
      #expect(failure(fetcher, "https://keys.example.org/redirect") == .status(302))
      #expect(server.requests.count == 2)
    }
  }

  @Test func `a certificate that isn't trusted, or is another host's, is refused`() throws {
    try with(["/a": "content"]) { fetcher, server in
      #expect(
        failure(Fetcher(gateway: fetcher.gateway), "https://keys.example.org/a")
          == .untrusted(host: "keys.example.org"))
      guard case .connection = failure(fetcher, "https://other.example.org/a") else {
        Issue.record("\(String(describing: failure(fetcher, "https://other.example.org/a")))")
        return
      }
      #expect(server.requests == [])
    }
  }

  @Test func `an answer is bounded in size and time`() throws {
    try with { fetcher, _ in
      #expect(
        failure(fetcher, "https://keys.example.org/endless") == .tooLarge(limit: 256 << 10))
      var hasty = fetcher
      hasty.timeout = .milliseconds(300)
      #expect(failure(hasty, "https://keys.example.org/hang") == .timeout(.milliseconds(300)))
    }
  }

  @Test func `without a gateway, nothing private is connected to`() throws {
    try with(["/a": "content"]) { fetcher, server in
      let direct = Fetcher(trust: fetcher.trust)
      #expect(failure(direct, "https://localhost/a") == .notPublic(host: "localhost"))
      #expect(failure(direct, "https://127.0.0.1/a") == .notPublic(host: "127.0.0.1"))
      #expect(server.requests == [])
    }
  }

  @Test(arguments: [
    "http://keys.example.org/a", "https://keys.example.org:8443/a", "https://u@keys.example.org/a",
    "https://u:p@keys.example.org/a", "https:///a", "file:///etc/passwd", "nonsense",
  ])
  func `only https on the usual port is fetched`(url: String) {
    #expect(failure(Fetcher(gateway: Gateway("127.0.0.1:9")), url) == .notFetched(url: url))
  }

  @Test func `a file without certificates is told`() throws {
    try with { fetcher, _ in
      let other = Fetcher(trust: "/dev/null", gateway: fetcher.gateway)
      #expect(failure(other, "https://keys.example.org/a") == .unusableTrust(file: "/dev/null"))
    }
  }
}
