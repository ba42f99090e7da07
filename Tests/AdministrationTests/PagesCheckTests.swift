import Foundation
import Testing

@testable import Administration
@testable import Harness

/// The places of nginx's files that hand out pages.
@Suite struct PagesCheckTests {
  private static let parameter = "fastcgi_param LEVELWIND_USER $remote_user;"
  private static let pass = "fastcgi_pass unix:/run/levelwind-pages/pages.sock;"
  private static let basic =
    "auth_basic Levelwind; auth_basic_user_file /etc/levelwind/pages.users;"

  private func places(_ server: String) -> [NginxConfiguration.PagesPlace] {
    NginxConfiguration(
      dump: """
        # configuration file /etc/nginx/nginx.conf:
        http { server { listen 127.0.0.1:8411; server_name localhost; \(server) } }
        """
    ).pages
  }

  @Test func `the installed site has no hole`() throws {
    let site = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "nginx/pages.conf")
    let dump = "# configuration file /e/n:\nhttp { include s; }\n# configuration file /e/s:\n"
    let found = NginxConfiguration(dump: dump + (try String(contentsOf: site, encoding: .utf8)))
      .pages
    #expect(found.count == 1)
    #expect(found.first?.hole == nil && found.first?.user == "$remote_user")
    #expect(found.first?.users == "/etc/levelwind/pages.users")
  }

  @Test(
    arguments: [
      ("\(basic) \(parameter)", "", nil), ("\(parameter)", basic, nil),
      ("\(parameter)", "", .unasked), ("auth_basic off; \(parameter)", basic, .unasked),
      ("auth_request /auth; \(parameter)", "", .unasked),
      ("auth_request /auth; fastcgi_param LEVELWIND_USER $user;", "", nil),
      ("fastcgi_param LEVELWIND_USER $user;", "", .unsigned),
      ("fastcgi_param LEVELWIND_USER $ssl_client_s_dn_cn;", "ssl_verify_client on;", nil),
      (
        "fastcgi_param LEVELWIND_USER $ssl_client_s_dn_cn;", "ssl_verify_client optional;",
        .unsigned
      ),
      ("auth_request /a; fastcgi_param LEVELWIND_USER $http_remote_user;", "", .claimed),
      ("\(basic) fastcgi_param LEVELWIND_USER $cookie_user;", "", .claimed),
      ("auth_request /a; fastcgi_param LEVELWIND_USER $upstream_http_remote_user;", "", nil),
      ("satisfy any; allow 127.0.0.1; \(basic) \(parameter)", "", .either),
      (basic, "", .silent),
      // A level with parameters of its own inherits none.
      ("\(basic) fastcgi_param X y;", parameter, .silent), (basic, parameter, nil),
    ] as [(String, String, NginxConfiguration.PagesPlace.Hole?)])
  func `a location without authentication is a hole`(
    location: String, server: String, hole: NginxConfiguration.PagesPlace.Hole?
  ) throws {
    let found = places("\(server) location / { \(location) \(Self.pass) }")
    #expect(found.count == 1)
    #expect(found.first?.hole == hole)
    // Another socket of the pages is as good, since the parameter names the user.
    let other = places("\(server) location / { \(location) fastcgi_pass 127.0.0.1:9000; }")
    #expect(other.first?.hole == hole || hole == .silent)
  }

  @Test(
    .enabled(if: getuid() == 0, "needs root, to give folders away"),
    arguments: [
      (uid_t(0), mode_t(0o2750), true, "can't write"), (1, 0o2750, true, nil),
      (1, 0o750, true, "can't read"), (1, 0o750, false, nil), (1, 0o2550, true, "can't write"),
    ] as [(uid_t, mode_t, Bool, String?)])
  func `a folder that pages can't write, or whose secrets nobody could read, is told`(
    owner: uid_t, mode: mode_t, isRead: Bool, words: String?
  ) throws {
    let folder = try Folder(named: "owners")
    defer { folder.remove() }
    let writer = try #require(Account(named: "daemon"))
    let reader = try #require(Account(named: "www-data"))
    try #require(writer.user == 1)
    try #require(chown(folder.path, owner, reader.groups.min() ?? 0) == 0)
    try #require(chmod(folder.path, mode) == 0)
    let found = MachineCheck.objection(
      to: folder.path, writer: writer, reader: isRead ? reader : nil)
    #expect(found?.message.contains(words ?? "") ?? (words == nil), "\(String(describing: found))")
    #expect((found == nil) == (words == nil))
  }

  @Test func `a location that hands nothing to the pages is none of ours`() {
    #expect(places("location / { fastcgi_pass unix:/run/php.sock; }").isEmpty)
  }
}
