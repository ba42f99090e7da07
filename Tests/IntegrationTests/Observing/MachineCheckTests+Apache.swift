import Foundation
import Testing

@testable import Harness

/// The problems of a machine whose web server is Apache, with a real Apache.
extension MachineCheckTests {
  static let apacheFaults: [Fault] = [
    Fault(
      what: "nothing is handed over", isError: false,
      says: [
        "no virtual host hands /webhook/ over: take ProxyPass and Location from ",
        "`apache2ctl configtest && systemctl reload-or-restart apache2`",
      ],
      breaking: {
        try edit($0.folder, "ProxyPass \"/webhook/", "#ProxyPass \"/webhook/", in: "site")
      }),
    Fault(
      what: "Apache gives up before the deadline", isError: true,
      says: ["the timeout of ProxyPass is 5.0 s, and deadline 9.0 s", "put `timeout=10` there"],
      settings: "deadline: 9s"),
    Fault(
      what: "Apache's usual timeout is too short", isError: true,
      says: ["the timeout of ProxyPass is 3.0 s, and deadline 4.0 s"],
      breaking: { site in
        try edit(site.folder, "connectiontimeout=5 timeout=5", "connectiontimeout=5", in: "site")
        try edit(site.folder, "Include ", "Timeout 3\nInclude ", in: "apache2.conf")
      }),
    Fault(
      what: "the responder listens elsewhere", isError: true,
      says: ["Apache hands over to ", "/run/elsewhere.sock, and the responder listens at"],
      breaking: { try edit($0.folder, "run/levelwind.sock", "run/elsewhere.sock", in: "site") },
      arguments: { ["--socket", $0.socket] }),
    Fault(
      what: "Apache refuses its own configuration", isError: false,
      says: ["Apache refuses its configuration; see `apache2ctl configtest`", "Nonsense"],
      breaking: { try edit($0.folder, "Include ", "Nonsense on\nInclude ", in: "apache2.conf") }),
    Fault(
      what: "Apache is stopped", isError: true,
      says: [
        "can't be reached (Connection refused): Apache does not run", "reload-or-restart apache2`",
      ],
      breaking: { $0.stopWebServer() }),
    Fault(
      what: "Apache's user can't write to the socket", isError: true,
      says: ["the web server's user www-data can't write to it", "`chgrp www-data "],
      breaking: { #expect(chown($0.socket, 0, 0) == 0) }),
    Fault(
      what: "base_url has a path, and Apache's ProxyPass none", isError: true,
      says: [
        "base_url's path is /hooks, and Apache hands /webhook/ over: put `ProxyPass \"/hooks/"
      ],
      breaking: { site in
        try edit(site.folder, "\(site.port)\n", "\(site.port)/hooks\n", in: "levelwind.yaml")
        #expect(try site.command("reload").status == 0)
      }),
    Fault(
      what: "the port is without TLS", isError: true,
      says: ["is without TLS here: put `SSLEngine on` there"],
      breaking: { try edit($0.folder, "SSLEngine on", "SSLEngine off", in: "site") }),
  ]

  @Test func `a machine with Apache that is as it should be gives no problem`() throws {
    try inSite(behind: .apache) { site in
      let result = try check(site)
      #expect(lines(result) == [], "\(result.text)\(result.errors)")
    }
  }

  @Test(arguments: apacheFaults)
  func `what is amiss with Apache is said, with what mends it`(_ fault: Fault) throws {
    try inSite(fault, behind: .apache) { site in
      try expectSaid(fault, site)
    }
  }
}
