import Foundation
import Testing

@testable import Harness

/// The ways in which a team reaches the pages, as the manual shows them.
@Suite(.showingLogs) struct PagesAccessTests {
  /// The server block of the manual with the places of a site, and the port that it listens on.
  private static func team(_ folder: Folder) throws -> (text: String, port: Int) {
    let port = try freePort()
    var text = try #require(Manual.blocks(between: "pages for a team").first).text
    let places = [
      ("listen 443 ssl;", "listen 127.0.0.1:\(port) ssl;"),
      ("levelwind.example.org", "localhost"),
      ("/etc/letsencrypt/live/localhost/", folder("tls/").path + "/"),
      ("/etc/levelwind/pages.users", folder("etc/pages.users").path),
      ("/run/levelwind-pages/", folder("run/").path + "/"),
    ]
    for (from, to) in places {
      try #require(text.contains(from), "the manual has no \(from)")
      text = text.replacing(from, with: to)
    }
    return (text, port)
  }

  /// Takes the lines out of a block that another way of signing in stands in for.
  private static func withoutPassword(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.contains("auth_basic") && !$0.contains("LEVELWIND_USER") }
      .joined(separator: "\n")
  }

  private static func ask(
    _ port: Int, _ options: [String] = [], of site: Site, target: String = "/status"
  ) throws -> Reply {
    let trusted = site.folder("tls/fullchain.pem").path
    let result = try Tool.run(
      "curl",
      ["--silent", "--include", "--http1.1", "--max-time", "60", "--cacert", trusted] + options
        + ["--ipv4", "https://localhost:\(port)\(target)"])
    return Reply(message: result.output)
  }

  @Test func `over https, with a password`() throws {
    var port = 0
    let edit = { (folder: Folder) in
      let team = try Self.team(folder)
      port = team.port
      try folder.write(team.text, to: "sites-enabled/team")
    }
    try Site.openPages(nginx: edit) { site, users in
      let alice = try #require(users["administrator"])
      #expect(try Self.ask(port, of: site).status == 401)
      let page = try Self.ask(port, ["--user", "\(alice.name):\(alice.password)"], of: site)
      #expect(page.status == 200)
      #expect(page.text.contains("Signed in as \(alice.name), administrator."))
      #expect(page["strict-transport-security"] == "max-age=31536000")
    }
  }

  @Test func `behind a single sign-on, which says who it is and in which groups`() throws {
    var port = 0
    let edit = { (folder: Folder) in
      var (text, own) = try Self.team(folder)
      port = own
      let other = try freePort()
      let blocks = try Manual.blocks(between: "pages behind a single sign-on")
      try #require(blocks.count == 2)
      let asked = blocks[1].text.replacing(
        "http://127.0.0.1:9091/", with: "http://127.0.0.1:\(other)/")
      text = Self.withoutPassword(text).replacing(
        "    location / {", with: "\(asked)\n    location / {\n\(blocks[0].text)")
      try folder.write(text, to: "sites-enabled/team")
      // A stand-in for the single sign-on: it knows two sessions.
      try folder.write(
        """
        map $cookie_session $who { bob bob; eve "Eve; x"; }
        map $cookie_session $of { bob "staff, shop"; }
        server {
          listen 127.0.0.1:\(other);
          location = /api/authz/auth-request {
            if ($who = "") { return 401; }
            add_header Remote-User $who;
            add_header Remote-Groups $of;
            return 200;
          }
        }
        """, to: "sites-enabled/sign-on")
    }
    try Site.openPages(nginx: edit) { site, _ in
      let settings = site.folder.text("etc/levelwind.yaml")
      try #require(settings.contains("operators: ["))
      try site.folder.write(
        settings.replacing("operators: [", with: "operators: [\"@shop\", "),
        to: "etc/levelwind.yaml")
      #expect(try Self.ask(port, of: site).status == 401)
      try until("the group is seen") {
        try Self.ask(port, ["--cookie", "session=bob"], of: site).text
          .contains("Signed in as bob, operator.")
      }
      let forged = ["--header", "Remote-User: bob", "--header", "LEVELWIND_USER: bob"]
      #expect(try Self.ask(port, forged, of: site).status == 401)
      #expect(try Self.ask(port, ["--cookie", "session=mallory"], of: site).status == 401)
      // A name of another form is nobody's.
      #expect(try Self.ask(port, ["--cookie", "session=eve"], of: site).status == 403)
    }
  }

  @Test func `by certificates of users`() throws {
    var port = 0
    let edit = { (folder: Folder) in
      var (text, own) = try Self.team(folder)
      port = own
      let script = """
        set -e
        new="openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
        $new -subj /CN=users -keyout ca.key -out ca.pem
        $new -subj /CN=admin-1 -CA ca.pem -CAkey ca.key -keyout alice.key -out alice.pem
        $new -subj "/CN=Odd Name" -CA ca.pem -CAkey ca.key -keyout odd.key -out odd.pem
        $new -subj /CN=admin-1 -keyout mallory.key -out mallory.pem
        """
      let made = try Tool.run("sh", ["-c", "cd \(folder("tls").path)\n\(script)"])
      try #require(made.status == 0, "\(made.errors)")
      let blocks = try Manual.blocks(between: "pages by certificates").map(\.text)
      try #require(blocks.count == 3)
      let server = blocks[1].replacing(
        "/etc/nginx/users-ca.pem", with: folder("tls/ca.pem").path)
      text = Self.withoutPassword(text).replacing(
        "    location / {", with: "\(server)\n    location / {\n\(blocks[2])")
      try folder.write(blocks[0] + "\n" + text, to: "sites-enabled/team")
    }
    try Site.openPages(nginx: edit) { site, _ in
      func with(_ name: String) -> [String] {
        ["--cert", site.folder("tls/\(name).pem").path, "--key"]
          + [site.folder("tls/\(name).key").path]
      }
      let page = try Self.ask(port, with("alice"), of: site)
      #expect(page.text.contains("Signed in as admin-1, administrator."))
      #expect(try Self.ask(port, of: site).status == 400)
      #expect(try Self.ask(port, with("mallory"), of: site).status == 400)
      #expect(try Self.ask(port, with("odd"), of: site).status == 403)
    }
  }
}
