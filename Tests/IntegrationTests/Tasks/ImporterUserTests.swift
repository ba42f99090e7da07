import Foundation
import Testing

@testable import Harness

/// Importers run as users of their own. The group of a spool has its rights, and other users have
/// none.
///
/// Two users that every Debian has play the importers, and user nobody plays Levelwind's.
@Suite(.enabled(if: geteuid() == 0, "running as other users takes root")) struct ImporterUserTests {
  private static let incoming = ["stock": "news", "audit": "games"]

  private func open(_ test: (ImporterSite) throws -> Void) throws {
    try ImporterSite.open(Self.incoming.keys.sorted()) { site in
      for (name, group) in Self.incoming {
        try site.folder.write("group: \(group)\n", to: "etc/incoming/\(name).yaml")
      }
      let prepared = try Tool.run(
        Site.levelwind,
        ["incoming", "prepare", "--user", "nobody", "--config", site.folder("etc").path])
      try #require(prepared.status == 0, "\(prepared.errors)")
      // The program is copied to where other users may run it.
      try FileManager.default.copyItem(
        atPath: Site.levelwind, toPath: site.folder("levelwind").path)
      try test(site)
    }
  }

  /// Adds a task with the modes that the responder gives it.
  private func add(_ body: String, to incoming: String, in site: ImporterSite) throws -> String {
    let id = try site.add(body, to: incoming)
    let path = site.folder("spool/\(incoming)/new/\(id).json").path
    #expect(chmod(path, 0o640) == 0)
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_gid == getgrnam(Self.incoming[incoming]!)?.pointee.gr_gid)
    #expect(chown(path, getpwnam("nobody").pointee.pw_uid, gid_t.max) == 0)
    return id
  }

  private func run(
    _ command: [String], as user: String, group: String? = nil, in site: ImporterSite
  ) throws
    -> Tool.Result
  {
    try Tool.run(
      "setpriv",
      [
        "--reuid", user, "--regid", group ?? user,
        group == nil ? "--init-groups" : "--clear-groups", "env", "-C", site.folder.path,
      ]
        + ["PATH=/usr/bin:/bin"] + command)
  }

  @Test(arguments: ["sh", "py", "php"])
  func `an importer claims and finishes its own spool, and can't read another's`(
    _ language: String
  ) throws {
    try open { site in
      let own = try (1...3).map { try add("\($0)", to: "stock", in: site) }
      let other = try add("secret", to: "audit", in: site)
      try site.folder.write("no task", to: "spool/stock/new/x.json")
      #expect(mkdir(site.folder("out").path, 0o777) == 0)
      #expect(chmod(site.folder("out").path, 0o777) == 0)
      try ExampleImporters.open(language) { importers in
        let command = importers.command("many.\(language)")
        func over(_ incoming: String) throws -> Tool.Result {
          let places = ["spool/\(incoming)", "out"].map { site.folder($0).path }
          return try run(command + places, as: "news", in: site)
        }
        let result = try over("stock")
        #expect(result.status == 0, "\(result.errors)")
        #expect(site.names("new") + site.names("cur") == [])
        #expect(site.folder.names(in: "out").filter { !$0.hasPrefix(".") } == own)
        #expect(site.names("failed") == ["x.json", "x.json.reason"])
        // Task commands, which root runs as the owner of the spool, can read the importer's reason.
        let reason = try run(
          ["cat", "spool/stock/failed/x.json.reason"], as: "nobody", group: "news", in: site)
        #expect(reason.status == 0)
        _ = try over("audit")
      }
      #expect(site.names("new", "audit") == ["\(other).json"])
      let task = "spool/audit/new/\(other).json"
      for attempt in [
        ["cat", task], ["ls", "spool/audit"], ["ls", "spool/audit/new"], ["rm", "-f", task],
        ["mv", task, "spool/audit/cur/"], ["touch", "spool/audit/new/x.json"],
        ["ls", "spool/stock/tmp"],
      ] {
        #expect(try run(attempt, as: "news", in: site).status != 0, "\(attempt)")
      }
      #expect(try run(["cat", task], as: "games", in: site).status == 0)
    }
  }

  @Test func `a task that may not be read yet stays, is said once, and is worked on when it may`()
    throws
  {
    try open { site in
      let ids = try (1...2).map { try add("\($0)", to: "stock", in: site) }
      let first = site.folder("spool/stock/new/\(ids[0]).json").path
      // A change of the spool's group leaves a task like this for a moment.
      #expect(chown(first, uid_t.max, 0) == 0)
      func drain() throws -> Tool.Result {
        try run(
          ["./levelwind", "task", "drain", "stock", "--config", "etc", "--", "true"], as: "news",
          in: site)
      }
      let result = try drain()
      #expect(result.status == 1)
      #expect(
        result.errors.contains(
          "new/\(ids[0]).json: openat: Permission denied; the file stays there"),
        "\(result.errors)")
      #expect(result.errors.contains("1 done, 1 with problems"), "\(result.errors)")
      #expect(site.names("new") == ["\(ids[0]).json"])
      #expect(site.names("failed") == [])
      let claimed = try run(
        ["./levelwind", "task", "claim", "stock", "--config", "etc"], as: "news", in: site)
      #expect(claimed.status == 1)
      #expect(claimed.errors.contains("Permission denied"), "\(claimed.errors)")
      #expect(site.names("failed") == [])
      // The unreadable task doesn't hold up another.
      let third = try add("3", to: "stock", in: site)
      let next = try run(
        ["./levelwind", "task", "claim", "stock", "--config", "etc"], as: "news", in: site)
      #expect(next.status == 0 && next.text.contains("cur/\(third).json"), "\(next.errors)")
      #expect(chown(first, uid_t.max, getgrnam("news").pointee.gr_gid) == 0)
      #expect(try drain().status == 0)
      #expect(site.names("new") == [])
    }
  }

  @Test func `a drain runs as the importer's user, in all that it does`() throws {
    try open { site in
      let bodies = ["done", "later", "never"]
      let ids = try bodies.map { try add("\"\($0)\"", to: "stock", in: site) }
      let other = try add("1", to: "audit", in: site)
      func drain(_ incoming: String, _ script: String) throws -> Tool.Result {
        try run(
          ["./levelwind", "task", "drain", incoming, "--stdin", "body", "--config", "etc"]
            + ["--", "sh", "-c", script], as: "news", in: site)
      }
      let result = try drain(
        "stock", "id -un >&2; case $(cat) in *later*) exit 75;; *never*) exit 65;; esac")
      #expect(result.status == 1, "\(result.errors)")
      #expect(result.errors.contains("news"))
      #expect(site.names("retry") == ["\(ids[1]).json", "\(ids[1]).json.retry"])
      #expect(site.names("failed") == ["\(ids[2]).json", "\(ids[2]).json.reason"])
      for file in ["retry/\(ids[1]).json.retry", "failed/\(ids[2]).json.reason"] {
        #expect(
          try run(["cat", "spool/stock/\(file)"], as: "nobody", group: "news", in: site).status == 0
        )
        #expect(try run(["cat", "spool/stock/\(file)"], as: "games", in: site).status != 0)
      }
      let refused = try drain("audit", "cat >&2")
      #expect(refused.status == 1)
      #expect(
        refused.errors.contains(
          "spool/audit is for group games, which user news is not in: `usermod -aG games news`"),
        "\(refused.errors)")
      #expect(site.names("new", "audit") == ["\(other).json"])
    }
  }

  @Test func `check says of a spool of another group one line, with names`() throws {
    try open { site in
      func check() throws -> [Substring] {
        try Tool.run(
          Site.levelwind, ["check", "--user", "nobody", "--config", site.folder("etc").path]
        ).text.split(separator: "\n").filter { $0.contains("incoming prepare") }
      }
      #expect(try check() == [])
      let spool = site.folder("spool/stock").path
      #expect(try Tool.run("chgrp", ["-R", "games", spool]).status == 0)
      let found = try check()
      #expect(found.count == 1, "\(found)")
      #expect(
        found.first?.hasSuffix(
          "was nobody:games, expected nobody:news, and 6 more like it in \(spool): "
            + "`levelwind incoming prepare`, as root, mends it") == true, "\(found)")
    }
  }
}
