import Foundation
import Testing

@testable import Harness

/// The problems of the machine that `check` finds, with a real nginx's configuration and a real
/// socket.
@Suite(.showingLogs, .enabled(if: geteuid() == 0, "looking at what belongs to others takes root"))
struct MachineCheckTests {
  /// A fault, and the words of `check` about it.
  struct Fault: Sendable, CustomTestStringConvertible {
    let what: String
    let isError: Bool
    /// Parts of the printed line.
    let says: [String]
    var settings = ""
    /// Brings the fault about.
    var breaking: @Sendable (Site) throws -> Void = { _ in }
    var arguments: @Sendable (Site) -> [String] = { _ in [] }
    var testDescription: String { what }
  }

  static func edit(
    _ folder: Folder, _ old: String, _ new: String, in suffix: String = ".conf"
  ) throws {
    var count = 0
    let names = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
    for name in names where name.hasSuffix(suffix) {
      let text = folder.text(name)
      guard text.contains(old) else { continue }
      count += 1
      try folder.write(text.replacing(old, with: new), to: name)
    }
    try #require(count > 0, "nginx's files have no \(old)")
  }

  static let faults: [Fault] = [
    Fault(
      what: "the snippet is not included", isError: false,
      says: ["no server block hands /webhook/ over: put `include snippets/levelwind.conf;`"],
      breaking: { try edit($0.folder, "^~ /webhook/ {", "^~ /elsewhere/ {") }),
    Fault(
      what: "nginx takes less than max_body", isError: false,
      says: [
        "client_max_body_size is 10485760 bytes, and max_body 20971520",
        "put `client_max_body_size 20m;` there",
      ], settings: "max_body: 20MiB"),
    Fault(
      what: "nginx takes more than max_body", isError: false,
      says: ["nginx accepts bodies that the responder then refuses", "`client_max_body_size 5m;`"],
      settings: "max_body: 5MiB"),
    Fault(
      what: "nginx gives up before the deadline", isError: true,
      says: ["fastcgi_read_timeout is 5.0 s, and deadline 9.0 s", "`fastcgi_read_timeout 10s;`"],
      settings: "deadline: 9s"),
    Fault(
      what: "nginx refuses its own configuration", isError: false,
      says: ["nginx refuses its configuration; see `nginx -t`", "nonsense"],
      breaking: { site in
        let text = site.folder.text("nginx.conf")
        try site.folder.write("nonsense on;\n" + text, to: "nginx.conf")
      }),
    Fault(
      what: "every user can write to the socket", isError: true,
      says: ["levelwind.sock: every user can write to it", "`chmod 0660 "],
      breaking: { #expect(chmod($0.socket, 0o666) == 0) }),
    Fault(
      what: "nginx's user can't write to the socket", isError: true,
      says: ["the web server's user www-data can't write to it", "`chgrp www-data "],
      breaking: { #expect(chown($0.socket, 0, 0) == 0) }),
    Fault(
      what: "nginx's user can't pass to the socket", isError: true,
      says: ["user www-data can't pass ", "`chmod a+x "],
      breaking: { #expect(chmod($0.folder("run").path, 0o700) == 0) }),
    Fault(
      what: "the responder listens elsewhere", isError: true,
      says: [
        "/run/elsewhere.sock, and the responder listens at",
        "levelwind.sock: name the same socket in both",
      ],
      breaking: { try edit($0.folder, "run/levelwind.sock", "run/elsewhere.sock") },
      arguments: { ["--socket", $0.socket] }),
    Fault(
      what: "there is no socket", isError: true, says: ["there is no socket: No such file"],
      arguments: { ["--socket", $0.socket + ".not"] }),
    Fault(
      what: "the socket is none", isError: true,
      says: ["isn't a socket: `rm -r ", "systemctl restart levelwind.socket levelwind`"],
      arguments: { ["--socket", $0.folder("nginx.conf").path] }),
    Fault(
      what: "the responder can't read a secret", isError: true,
      says: ["secrets/erp: user daemon, the responder, can't read it", "`chown root:daemon "],
      breaking: { #expect(chmod($0.folder("etc/secrets/erp").path, 0o600) == 0) }),
    Fault(
      what: "every user can read a secret", isError: true,
      says: ["secrets/erp: every user can read it", "chmod 0640 "],
      breaking: { #expect(chmod($0.folder("etc/secrets/erp").path, 0o644) == 0) }),
    Fault(
      what: "another group can read a secret", isError: false,
      says: ["secrets/erp: warning: group www-data can read it", "`chown root:daemon "],
      breaking: { site in
        let (daemon, web) = (getpwnam("daemon").pointee, getpwnam("www-data").pointee)
        #expect(chown(site.folder("etc/secrets/erp").path, daemon.pw_uid, web.pw_gid) == 0)
      }),
    Fault(
      what: "a secret belongs to somebody else", isError: false,
      says: ["secrets/erp: warning: it belongs to user ", "`chown root:daemon "],
      breaking: { site in
        let user = getpwnam("www-data").pointee.pw_uid
        #expect(chown(site.folder("etc/secrets/erp").path, user, gid_t.max) == 0)
      }),
    Fault(
      what: "a secret's group can change it", isError: false,
      says: ["secrets/erp: warning: its group can change it", "chmod 0640 "],
      breaking: { #expect(chmod($0.folder("etc/secrets/erp").path, 0o660) == 0) }),
    Fault(
      what: "the responder can't read a webhook's file", isError: true,
      says: [
        "webhooks/erp.yaml: user daemon, the responder, can't read it: `chmod a+r ",
        "/webhooks/erp.yaml`",
      ],
      breaking: { #expect(chmod($0.folder("etc/webhooks/erp.yaml").path, 0o600) == 0) }),
    Fault(
      what: "the responder can't read a webhook's file with a secret in it", isError: true,
      says: [
        "webhooks/erp.yaml: user daemon, the responder, can't read it: `chown root:daemon ",
        "/webhooks/erp.yaml && chmod 0640 ",
      ],
      breaking: { site in
        try edit(site.folder, "{secret: erp}", "{literal: hush-hush-said-the-shop}", in: "erp.yaml")
        #expect(chmod(site.folder("etc/webhooks/erp.yaml").path, 0o600) == 0)
      }),
    Fault(
      what: "the responder can't read the settings", isError: true,
      says: ["levelwind.yaml: user daemon, the responder, can't read it: `chmod a+r "],
      breaking: { #expect(chmod($0.folder("etc/levelwind.yaml").path, 0o600) == 0) }),
    Fault(
      what: "the responder can't look into a folder", isError: true,
      says: ["incoming: user daemon can't pass: `chmod a+rx "],
      breaking: { #expect(chmod($0.folder("etc/incoming").path, 0o711) == 0) }),
    Fault(
      what: "the responder can't read a secret that lies elsewhere", isError: true,
      says: ["elsewhere: user daemon, the responder, can't read it: `chown root:daemon "],
      breaking: { site in
        let file = try site.folder.write("hush-hush-said-the-shop", to: "elsewhere")
        #expect(chmod(file.path, 0o600) == 0)
        try edit(site.folder, "{secret: erp}", "{file: \(file.path)}", in: ".yaml")
      }),
    Fault(
      what: "min_free is more than the file system has", isError: true,
      says: [
        "levelwind.yaml: min_free: is 1073741824 MiB, and the file system of ", " MiB in all",
        "put `min_free: ", "MiB` there, then `levelwind reload`",
      ],
      breaking: { try edit($0.folder, "min_free: 1MiB", "min_free: 1024TiB", in: ".yaml") }),
    Fault(
      what: "base_url is without TLS", isError: false,
      says: ["levelwind.yaml: warning: base_url: is without TLS", "put `base_url: https://"],
      breaking: { site in
        try edit(
          site.folder, "https://localhost:\(site.port)", "http://localhost:\(site.plainPort)",
          in: ".yaml")
      }),
    Fault(
      what: "the program of a post-processor isn't there", isError: true,
      says: [
        "webhooks/erp.yaml: post-processor tell: /usr/local/bin/not-there: No such file or directory"
      ],
      breaking: { site in
        let more =
          "post_processors: [{name: tell, type: exec, command: [/usr/local/bin/not-there]}]"
        try site.folder.write(Sample.webhook(more), to: "etc/webhooks/erp.yaml")
      }),
    Fault(
      what: "the responder can't pass to the secrets", isError: true,
      says: ["secrets: user daemon can't pass", "`chgrp daemon "],
      breaking: { site in
        #expect(chown(site.folder("etc/secrets").path, 0, 0) == 0)
        #expect(chmod(site.folder("etc/secrets").path, 0o700) == 0)
      }),
    Fault(
      what: "the state belongs to another", isError: true,
      says: ["state: can't be written by user daemon", "`chown daemon: "],
      breaking: { #expect(chown($0.folder("state").path, 0, 0) == 0) }),
    Fault(
      what: "a spool in memory", isError: false,
      says: ["/dev/shm", "lies in memory (tmpfs)"],
      breaking: { site in
        let text = site.folder.text("etc/levelwind.yaml")
        let state = "state: \(site.folder("state").path)"
        try site.folder.write(
          text.replacing(state, with: "state: /dev/shm/levelwind-is-not-there"),
          to: "etc/levelwind.yaml")
      }),
  ]

  func inSite(
    _ fault: Fault? = nil, behind server: WebServer = .nginx,
    nginx: (Folder) throws -> Void = { _ in }, _ test: (Site) throws -> Void
  ) throws {
    try Site.open(settings: fault?.settings ?? "", behind: server, nginx: nginx) { site in
      let daemon = try #require(getpwnam("daemon")).pointee
      let web = try #require(getpwnam("www-data")).pointee
      for path in ["etc/secrets", "etc/secrets/erp"] {
        #expect(chown(site.folder(path).path, 0, daemon.pw_gid) == 0)
      }
      #expect(chmod(site.folder("etc/secrets/erp").path, 0o640) == 0)
      #expect(chown(site.folder("state").path, daemon.pw_uid, daemon.pw_gid) == 0)
      #expect(chown(site.socket, daemon.pw_uid, web.pw_gid) == 0)
      try fault?.breaking(site)
      try test(site)
    }
  }

  func check(_ site: Site, _ more: [String] = []) throws -> Tool.Result {
    try Tool.run(
      Site.levelwind,
      ["check", "--machine", "--user", "daemon", "--config", site.configuration]
        + (site.server == .apache
          ? ["--apache", site.folder("apache2.conf").path]
          : ["--nginx", site.folder("nginx.conf").path]) + more)
  }

  /// Returns the lines without problems of the test machine: the tests' own user has the spools,
  /// and the clock may not be kept in time.
  func lines(_ result: Tool.Result) -> [String] {
    result.text.split(separator: "\n").map(String.init).filter {
      !$0.hasPrefix("clock: warning:") && !$0.prefix { $0 != ":" }.contains("/spool")
        && !$0.hasSuffix("disabled")
        && !$0.hasSuffix(" error") && !$0.hasSuffix(" errors")
    }
  }

  @Test func `a machine that is as it should be gives no problem`() throws {
    try inSite { site in
      let result = try check(site)
      #expect(lines(result) == [], "\(result.text)\(result.errors)")
    }
  }

  @Test(arguments: faults)
  func `what is amiss is said, with what mends it`(_ fault: Fault) throws {
    try inSite(fault) { site in
      try expectSaid(fault, site)
    }
  }

  func expectSaid(_ fault: Fault, _ site: Site) throws {
    let arguments = fault.arguments(site)
    let result = try check(site, arguments)
    let found = lines(result)
    let line = try #require(
      found.first { line in fault.says.allSatisfy(line.contains) }, "\(found)")
    #expect(line.contains("warning: ") != fault.isError, "\(line)")
    if fault.isError { #expect(result.status == 1) }
    let json = try JSONSerialization.jsonObject(
      with: Data(check(site, arguments + ["--json"]).output))
    let messages = (json as? [[String: Any]])?.compactMap { $0["message"] as? String } ?? []
    #expect(messages.contains { message in line.hasSuffix(message) })
  }

  @Test func `without being asked it looks at the configuration alone`() throws {
    try inSite { site in
      #expect(chmod(site.socket, 0o666) == 0)
      let result = try site.command("check", "--user", "daemon")
      #expect(!result.text.contains("levelwind.sock"))
    }
  }
}
