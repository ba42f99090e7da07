import Testing

@testable import Harness

/// The nginx of Debian 13, which joins repeated headers where Debian 12's passes each on.
@Suite(.showingLogs, .needs(.trixie, toProve: "that all holds behind nginx of 1.26"))
struct WebServerSlowTests {
  @Test func `all that holds behind nginx of 1.22 holds behind nginx of 1.26`() throws {
    let server = WebServer.nginxOfTrixie
    try Site.open(behind: server) { site in
      let command = try server.command(in: site.folder)
      let version = try Tool.run(command[0], command[1...3] + ["-v"]).errors
      #expect(version.contains("nginx/1.26."), "\(version)")
    }
    let tests = ElsewhereSlowTests()
    try tests.`a genuine delivery becomes a task, whatever its sender claims`(server)
    try tests.`what isn't a delivery is refused as everywhere, and stores nothing`(server)
    try tests.`bodies of every kind arrive byte for byte, with a length and in chunks`(server)
    try tests.`a body of just 10 MiB is taken, and not a byte more`(server)
    try tests.`handshakes by GET, HEAD and OPTIONS are answered`(server)
    try tests.`a client that hangs up in the middle of a body stores nothing`(server)
    try tests.`64 clients at once are served through restarts, each task once`(server)
    try tests.`a responder that is away or hangs is a problem after which senders come again`(
      server)
  }
}
