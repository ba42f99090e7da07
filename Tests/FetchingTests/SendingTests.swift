import Foundation
import Synchronization
import Testing

@testable import Fetching
@testable import Harness

/// Requests with a body.
@Suite struct SendingTests {
  private func send(
    _ url: String, timeout: Duration = .seconds(30), allowing: [String] = ["127.0.0.1"],
    fetcher: Fetcher = Fetcher(), until isStopping: () -> Bool = { false }
  ) -> Result<OutgoingReply, FetchError> {
    var fetcher = fetcher
    fetcher.timeout = timeout
    let request = OutgoingRequest(
      "POST", url, headers: [("Content-Type", "text/plain"), ("webhook-id", "1")],
      body: Array("content".utf8))
    do throws(FetchError) {
      return .success(
        try fetcher.send(request, allowing: { allowing.contains($0) }, until: isStopping))
    } catch {
      return .failure(error)
    }
  }

  private func with(_ test: (HTTPTarget) throws -> Void) throws {
    let target = try HTTPTarget()
    defer { target.stop() }
    try test(target)
  }

  @Test func `what is sent arrives, and the answer comes back, whatever it is`() throws {
    try with { target in
      let answered = try send(target.url("/answer/429/7?a=b")).get()
      #expect(answered.status == 429)
      #expect(answered.body == Array("this is the answer 429".utf8))
      let request = try #require(target.requests.first)
      #expect(request.body == "content")
      #expect(request.host == "127.0.0.1:\(target.port)")
      #expect(request.type == "text/plain")
      let busy = try send(target.url("/answer/503/7")).get()
      #expect(busy.retryAfter == "7")
      let empty = try send(target.url("/answer/204")).get()
      #expect(empty.status == 204)
    }
  }

  @Test func `no redirect is followed`() throws {
    try with { target in
      let reply = try send(target.url("/redirect")).get()
      #expect(reply.status == 302)
      #expect(target.requests.map(\.path) == ["/redirect"])
    }
  }

  @Test(arguments: [
    "127.0.0.1", "[::1]", "localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]",
    "169.254.169.254", "10.0.0.1", "[fe80::1]",
  ])
  func `what isn't public is not connected to, however it is written`(host: String) throws {
    let result = send("http://\(host):1/", allowing: [])
    guard case .failure(.notPublic) = result else {
      Issue.record("\(host): \(result)")
      return
    }
  }

  @Test(arguments: [
    "ftp://example.org/", "https://u:p@example.org/", "https:///a",
    "https://ex\u{e4}mple.org/", "nothing",
  ])
  func `an address that isn't a plain URL is not sent to`(url: String) throws {
    #expect(send(url) == .failure(.notFetched(url: url)))
  }

  @Test func `an answer that doesn't come is waited for no longer than was said`() throws {
    try with { target in
      let start = ContinuousClock.now
      #expect(
        send(target.url("/hang"), timeout: .seconds(1)) == .failure(.timeout(.seconds(1))))
      #expect(ContinuousClock.now - start < .seconds(20))
    }
  }

  @Test func `an answer without an end is known by its head`() throws {
    try with { target in
      let reply = try send(target.url("/endless")).get()
      #expect(reply.status == 200)
      #expect(reply.body.count < 1 << 20)
    }
  }

  @Test func `who wants to stop does not wait for an answer`() throws {
    try with { target in
      let result = send(target.url("/hang"), until: { !target.requests.isEmpty })
      #expect(result == .failure(.stopped))
    }
  }

  @Test func `TLS is verified, for the host's own name`() throws {
    let server = try SecureServer(for: "hooks.example.org", ["/a": "yes"])
    defer { server.stop() }
    let trusting = Fetcher(trust: server.trust, gateway: Gateway(server.address))
    let reply = try send("https://hooks.example.org/a", fetcher: trusting).get()
    #expect(reply.status == 200)
    let start = ContinuousClock.now
    #expect(
      send("https://other.example.org/a", fetcher: trusting)
        == .failure(
          .connection("the certificate that other.example.org presents is for another name")))
    let usual = Fetcher(trust: nil, gateway: Gateway(server.address))
    #expect(
      send("https://hooks.example.org/a", fetcher: usual)
        == .failure(.untrusted(host: "hooks.example.org")))
    #expect(ContinuousClock.now - start < .seconds(25))
  }

  @Test func `nobody there is a failure that says so`() throws {
    let port = try freePort()
    let start = ContinuousClock.now
    #expect(
      send("http://127.0.0.1:\(port)/")
        == .failure(
          .connection("nothing listens at 127.0.0.1:\(port) (connection refused)")))
    // Repeated attempts would take all of the thirty seconds.
    #expect(ContinuousClock.now - start < .seconds(25))
  }
}
