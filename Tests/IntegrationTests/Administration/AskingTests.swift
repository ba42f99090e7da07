import Foundation
import Testing

@testable import Harness

/// The request that `check` sends through nginx: who answers it, and what `check` prints about
/// obstacles.
@Suite(.showingLogs, .enabled(if: geteuid() == 0, "looking at what belongs to others takes root"))
struct AskingTests {
  /// An obstacle between senders and the responder, and the words of `check` about it.
  struct Obstacle: Sendable, CustomTestStringConvertible {
    let what: String
    var isError = true
    let says: [String]
    /// Changes nginx's files before it starts.
    var nginx: @Sendable (Folder) throws -> Void = { _ in }
    let breaking: @Sendable (Site) throws -> Void
    var testDescription: String { what }
  }

  private static func edit(_ folder: Folder, _ file: String, _ old: String, _ new: String) throws {
    let text = folder.text(file)
    try #require(text.contains(old), "\(file) has no \(old)")
    try folder.write(text.replacing(old, with: new), to: file)
  }

  private static let snippet = "snippets/levelwind.conf"
  private static let site = "sites-enabled/levelwind"
  private static let include = "include snippets/levelwind.conf;"

  static let obstacles: [Obstacle] = [
    Obstacle(
      what: "nginx is stopped",
      says: [
        "https://localhost at 127.0.0.1:", "can't be reached (Connection refused)",
        "reload-or-restart nginx`",
      ]
    ) { $0.stopWebServer() },
    Obstacle(
      what: "nginx was not reloaded since the snippet was put in",
      says: [
        "answers 404, and not from the responder: nginx runs with other files",
        "reload-or-restart nginx`",
      ],
      nginx: { try edit($0, snippet, "^~ /webhook/ {", "^~ /elsewhere/ {") },
      breaking: { try edit($0.folder, snippet, "^~ /elsewhere/ {", "^~ /webhook/ {") }),
    Obstacle(
      what: "the snippet is in the block of port 80 alone",
      says: [
        "its server block answers for https://localhost:",
        "does not hand webhooks over; the one of localhost, port ",
        "put `include snippets/levelwind.conf;` into the server block of ",
        "sites-enabled/levelwind",
      ],
      nginx: { folder in
        try edit(folder, site, include, "")
        try edit(
          folder, site,
          "location ^~ /webhook/ {\n        access_log off;\n        return 403;\n    }", include)
      }, breaking: { _ in }),
    Obstacle(
      what: "the port is without TLS",
      says: ["and port ", "is without TLS here: put `listen ", " ssl;` there"]
    ) { site in
      try edit(site.folder, Self.site, "\(site.port) ssl", "\(site.port)")
      site.reloadNginx()
      try until("it speaks plainly") {
        try Tool.run("curl", ["-s", "http://localhost:\(site.port)/"]).status == 0
      }
    },
    Obstacle(
      what: "base_url has a path, and nginx's location none",
      says: [
        "base_url's path is /hooks, and nginx hands /webhook/ over: put `location ^~ /hooks/webhook/ {`"
      ]
    ) { site in
      try edit(site.folder, "etc/levelwind.yaml", "\(site.port)\n", "\(site.port)/hooks\n")
      #expect(try site.command("reload").status == 0)
    },
    Obstacle(
      what: "the responder is stopped",
      says: ["answers that the responder at ", "levelwind.sock can't be reached: `systemctl "]
    ) { $0.stop() },
    Obstacle(
      what: "another responder answers", says: ["is answered by another responder than the one of "]
    ) { site in
      try site.folder.write([UInt8](repeating: 7, count: 32), to: "state/status/check.key")
    },
    Obstacle(
      what: "base_url was changed, and not loaded",
      says: [
        "levelwind.yaml: the responder has loaded base_url https://localhost:",
        "`levelwind reload`",
      ]
    ) { site in
      try edit(site.folder, "etc/levelwind.yaml", "\(site.port)\n", "\(site.port)/hooks\n")
      try edit(site.folder, snippet, "^~ /webhook/ {", "^~ /hooks/webhook/ {")
      site.reloadNginx()
      try until("nginx has loaded it") {
        try site.post("/hooks/webhook/erp", []).text.contains("delivery")
      }
    },
    Obstacle(
      what: "something in front takes base_url's port", isError: false,
      says: [
        "base_url says port 1, and nginx hands webhooks over on port ",
        "that is right if a load balancer listens on base_url's port",
      ]
    ) { try edit($0.folder, "etc/levelwind.yaml", "localhost:\($0.port)\n", "localhost:1\n") },
    Obstacle(
      what: "base_url's host is nobody's name", isError: false,
      says: [
        "base_url: has host hookz.example.org",
        "is called localhost hooks.example.org: put `server_name hookz",
      ],
      nginx: {
        try edit($0, site, "server_name localhost;", "server_name localhost hooks.example.org;")
      },
      breaking: { try edit($0.folder, "etc/levelwind.yaml", "localhost:", "hookz.example.org:") }),
    Obstacle(
      what: "base_url is not set", isError: false,
      says: [
        "levelwind.yaml: warning: base_url: is not set",
        "put `base_url: https://hooks.example.org` there",
      ]
    ) { try edit($0.folder, "etc/levelwind.yaml", "base_url: https://localhost:\($0.port)\n", "") },
  ]

  @Test(arguments: obstacles)
  func `what stands in between is said, with what mends it`(_ obstacle: Obstacle) throws {
    try MachineCheckTests().inSite(nginx: obstacle.nginx) { site in
      try obstacle.breaking(site)
      let result = try MachineCheckTests().check(site)
      let found = MachineCheckTests().lines(result)
      let line = try #require(
        found.first { line in obstacle.says.allSatisfy(line.contains) }, "\(found)\(result.errors)")
      #expect(line.contains("warning: ") != obstacle.isError, "\(line)")
    }
  }

  @Test func `without base_url it asks at what nginx listens on`() throws {
    try MachineCheckTests().inSite { site in
      let line = "base_url: https://localhost:\(site.port)\n"
      try Self.edit(site.folder, "etc/levelwind.yaml", line, "")
      let well = MachineCheckTests().lines(try MachineCheckTests().check(site))
      #expect(!well.contains { $0.contains(" at 127.0.0.1:") }, "\(well)")
      site.stop()
      let found = MachineCheckTests().lines(try MachineCheckTests().check(site))
      #expect(found.contains { $0.contains("can't be reached: `systemctl") }, "\(found)")
    }
  }

  @Test func `it leaves no trace, and a stranger's question is a request to no webhook`() throws {
    try MachineCheckTests().inSite { site in
      func unknown() throws -> String {
        let metrics = try site.get("/metrics").text
        return String(
          metrics.split(separator: "\n").first { $0.hasPrefix("levelwind_unknown_requests_total ") }
            ?? "")
      }
      #expect(MachineCheckTests().lines(try MachineCheckTests().check(site)) == [])
      #expect(try unknown() == "levelwind_unknown_requests_total 0")
      let log = try site.log().filter { $0["delivery"] != nil }
      #expect(log.isEmpty, "\(log)")
      let others = ["", "x", String(repeating: "A", count: 64)].map { "X-Levelwind-Check: \($0)" }
      let nowhere = try site.get("/webhook/nowhere")
      for headers in [[]] + others.map({ [$0] }) {
        let reply = try site.get("/webhook/_check", headers: headers)
        #expect(reply.status == 404)
        #expect(reply.headers.map(\.name) == nowhere.headers.map(\.name))
        func shape(_ reply: Reply) -> String {
          reply.text.replacing(#/"delivery":"[^"]*"/#, with: "")
        }
        #expect(shape(reply) == shape(nowhere))
      }
      #expect(try unknown() == "levelwind_unknown_requests_total 5")
    }
  }
}
