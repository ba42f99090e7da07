import Testing

@testable import Fetching
@testable import Harness

/// Servers that try to hold a request, to fill the memory, or to pass for another server.
@Suite struct HostileServerTests {
  private func send(_ path: String) throws -> Result<OutgoingReply, FetchError> {
    let server = try HostileServer()
    defer { server.stop() }
    var fetcher = Fetcher()
    fetcher.timeout = .seconds(2)
    let request = OutgoingRequest("POST", server.url(path), headers: [], body: [])
    do throws(FetchError) {
      return .success(
        try fetcher.send(request, allowing: { $0 == "127.0.0.1" }, until: { false }))
    } catch {
      return .failure(error)
    }
  }

  @Test func `a head that comes byte by byte ends with the time`() throws {
    #expect(try send("/drip") == .failure(.timeout(.seconds(2))))
  }

  @Test(arguments: ["/head", "/interim"])
  func `a head without an end ends with an error`(path: String) throws {
    switch try send(path) {
    case .failure(.connection), .failure(.timeout): break
    case let result: Issue.record("\(result)")
    }
  }

  @Test func `a body that is shorter than announced has a status all the same`() throws {
    let reply = try send("/short").get()
    #expect(reply.status == 200)
    #expect(reply.body == Array("short".utf8))
  }

  @Test func `a body is not decompressed`() throws {
    let reply = try send("/compressed").get()
    #expect(reply.status == 200)
    #expect(reply.body.starts(with: [0x1f, 0x8b]))
    #expect(reply.body.count < 100_000)
  }

  @Test func `two lengths that differ aren't an answer`() throws {
    // A head that says two things is refused, or the status alone counts.
    switch try send("/lengths") {
    case .success(let reply): #expect(reply.status == 200)
    case .failure(.connection): break
    case let result: Issue.record("\(result)")
    }
  }

  @Test func `who closes without an answer, or speaks another protocol, is told`() throws {
    guard case .failure(.connection(let closed)) = try send("/close") else {
      Issue.record("/close was answered")
      return
    }
    #expect(closed.hasSuffix("closed the connection without an answer"))
    guard case .failure(.connection) = try send("/other") else {
      Issue.record("/other was answered")
      return
    }
  }

  @Test func `a document that is cut is not taken for a whole one`() throws {
    let server = try SecureServer(for: "keys.example.org")
    defer { server.stop() }
    let fetcher = Fetcher(trust: server.trust, gateway: Gateway(server.address))
    #expect {
      _ = try fetcher.get("https://keys.example.org/short")
    } throws: {
      if case FetchError.connection = $0 { true } else { false }
    }
  }

  @Test func `a certificate that is out of date is not trusted`() throws {
    let server = try SecureServer(for: "keys.example.org", ["/a": "old"], isExpired: true)
    defer { server.stop() }
    let fetcher = Fetcher(trust: server.trust, gateway: Gateway(server.address))
    #expect(throws: FetchError.untrusted(host: "keys.example.org")) {
      _ = try fetcher.get("https://keys.example.org/a")
    }
    #expect(server.requests == [])
  }

  @Test func `the address that was looked at is connected to, whatever the name leads to now`()
    throws
  {
    let target = try HTTPTarget()
    defer { target.stop() }
    let address = try #require(IPAddress("127.0.0.1"))
    let transfer = Transfer(
      place: Transfer.Place(address: address, port: target.port), timeout: .seconds(10),
      limit: 1000)
    let request = OutgoingRequest(
      "POST", "http://changed.invalid/ok", headers: [("Content-Type", "text/plain")],
      body: Array("content".utf8))
    #expect(try transfer.run(request).status == 200)
    #expect(target.requests.map(\.host) == ["changed.invalid"])
  }
}
