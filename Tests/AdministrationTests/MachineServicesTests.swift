import Foundation
import Testing
import Webhooks

@testable import Administration
@testable import Harness

/// The problems of services that `check` finds. systemd's properties are given by the tests.
@Suite(.enabled(if: geteuid() == 0, "looking at what belongs to others takes root"))
struct MachineServicesTests {
  /// A fault of an importer's units.
  struct Case: Sendable, CustomTestStringConvertible {
    let what: String
    /// Parts of the printed line; empty if nothing is printed.
    let says: [String]
    var isError = true
    /// Properties of the service that differ from a sound one's.
    var service: [String: String] = [:]
    var path: [String: String] = [:]
    var testDescription: String { what }
  }

  static let cases = [
    Case(what: "all is well", says: []),
    Case(
      what: "nobody uses the units", says: [], service: ["User": ""],
      path: ["UnitFileState": "disabled", "ActiveState": "inactive"]),
    Case(
      what: "it would run as root",
      says: [
        "levelwind-drain@stock.service: would run as root",
        "`systemctl edit levelwind-drain@stock.service`",
      ],
      service: ["User": ""]),
    Case(
      what: "its user isn't there",
      says: ["there is no user ghost: `adduser --system --group ghost`, then `systemctl restart "],
      service: ["User": "ghost"]),
    Case(
      what: "its user is not in the group",
      says: [
        "user nobody is not in group daemon, to which spool stock belongs: `usermod -aG daemon nobody`"
      ],
      service: ["User": "nobody"]),
    Case(
      what: "the unit has the group", says: [],
      service: ["User": "nobody", "SupplementaryGroups": "games daemon"]),
    Case(
      what: "it has no command", says: ["DRAIN_COMMAND is empty"],
      service: ["Environment": "DRAIN_COMMAND="]),
    Case(
      what: "its command isn't there",
      says: ["/usr/local/bin/not-there: No such file or directory"],
      service: ["Environment": #"LANG=C "DRAIN_COMMAND=/usr/local/bin/not-there \"a b\"""#]),
    Case(
      what: "its command is on no PATH",
      says: ["not-there-at-all: is in none of /usr/local/sbin, "],
      service: ["Environment": "DRAIN_COMMAND=not-there-at-all"]),
    Case(
      what: "its command can't be executed",
      says: ["/etc/passwd: can't be executed by user daemon: `chmod a+rx /etc/passwd`"],
      service: ["Environment": "DRAIN_COMMAND=/etc/passwd"]),
    Case(
      what: "its command is where the sandbox sees nothing",
      says: ["/home/erp/import lies in a folder that ProtectHome=yes hides from the service"],
      service: ["Environment": "DRAIN_COMMAND=/home/erp/import", "ProtectHome": "yes"]),
    Case(
      what: "it runs something else", says: [],
      service: ["ExecStart": "{ path=/usr/bin/other ; argv[]=/usr/bin/other }", "Environment": ""]),
    Case(
      what: "it failed",
      says: ["failed (exit-code, status 64): `journalctl -u levelwind-drain@stock.service`"],
      service: ["ActiveState": "failed", "Result": "exit-code", "ExecMainStatus": "64"]),
    Case(
      what: "it fails again and again", says: ["failed (exit-code, status 1)"], isError: false,
      service: [
        "ActiveState": "activating", "SubState": "auto-restart", "Result": "exit-code",
        "ExecMainStatus": "1",
      ]),
    Case(
      what: "its path unit does not run",
      says: [
        "levelwind-drain@stock.path: warning: is enabled, but does not run: `systemctl start levelwind-drain@stock.path`"
      ],
      isError: false, path: ["ActiveState": "inactive"]),
  ]

  private static let well = [
    "LoadState": "loaded", "ActiveState": "inactive", "SubState": "dead", "Result": "success",
    "User": "daemon", "UnitFileState": "static", "Environment": #""DRAIN_COMMAND=/bin/sh -c true""#,
    "ExecStart":
      "{ path=/usr/bin/levelwind ; argv[]=/usr/bin/levelwind task drain stock -- $DRAIN_COMMAND }",
  ]

  private func unit(_ name: String, _ properties: [String: String]) -> ServiceUnit {
    let all = properties.merging(["Id": name]) { own, _ in own }
    return ServiceUnit(shown: all.map { "\($0)=\($1)" }.joined(separator: "\n"))
  }

  private func look(
    _ files: [String: String] = [:], _ units: @escaping ([String]) -> [ServiceUnit]
  ) throws -> [Problem] {
    let folder = try Folder(named: "machine-services")
    defer { folder.remove() }
    for name in ["spool/stock/new/a", "state/a"] { try folder.write("", to: name) }
    let spool = folder("spool/stock/new").path
    #expect(chown(spool, 0, try #require(getgrnam("daemon")).pointee.gr_gid) == 0)
    #expect(chmod(spool, 0o770) == 0)
    try folder.write(
      "spool: \(folder("spool").path)\nstate: \(folder("state").path)\n", to: "etc/levelwind.yaml")
    try folder.write("name: Stock\n", to: "etc/incoming/stock.yaml")
    for (name, text) in files { try folder.write(text, to: "etc/\(name)") }
    let directory = folder("etc").path
    let loading = Snapshot.load(directory: directory, credentials: .unknown, now: Date())
    var check = MachineCheck(
      snapshot: try #require(loading.snapshot), directory: directory,
      responder: try #require(Account(named: "root")))
    check.units = units
    return check.lookAtServices()
  }

  @Test(arguments: cases) func `an importer that can't work is said, with what mends it`(
    _ one: Case
  ) throws {
    let found = try look { names in
      #expect(names.contains("levelwind-drain@stock.timer"))
      return [
        unit("levelwind-drain@stock.service", Self.well.merging(one.service) { $1 }),
        unit(
          "levelwind-drain@stock.path",
          ["LoadState": "loaded", "UnitFileState": "enabled", "ActiveState": "active"].merging(
            one.path
          ) { $1 }),
      ]
    }
    #expect(found.count == (one.says.isEmpty ? 0 : 1), "\(found)")
    for problem in found {
      #expect(one.says.allSatisfy(problem.description.contains), "\(problem)")
      #expect((problem.severity == .error) == one.isError)
    }
  }

  @Test func `spools where the service may not write are said, with the drop-in`() throws {
    func sandbox(_ paths: String) throws -> [String] {
      try look { _ in
        [
          unit(
            "levelwind.service",
            [
              "LoadState": "loaded", "ProtectSystem": "strict", "StateDirectory": "levelwind",
              "ReadWritePaths": paths,
            ])
        ]
      }.map(\.description)
    }
    let found = try sandbox("/var/spool/levelwind")
    #expect(found.count == 2)
    #expect(
      try #require(found.first).contains(
        "spool: levelwind.service may not write there, since its ReadWritePaths= lacks it: `mkdir -p /"
      ))
    #expect(try #require(found.first).contains("[Service]\\nReadWritePaths="))
    #expect(try sandbox("-\(FileManager.default.temporaryDirectory.path)") == [])
  }

  @Test func `a program that post-processing may not run is said, with the drop-in`() throws {
    let webhook = """
      incoming: stock
      pre_processors: []
      post_processors: [{name: tell, type: exec, command: [/etc/rc.local]}, {name: well, type: exec, command: [sh]}]
      """
    let folder = try Folder(named: "program")
    defer { folder.remove() }
    let program = try folder.write("#!/bin/sh\n", to: "tell").path
    #expect(chmod(program, 0o755) == 0)
    let found = try look(["webhooks/erp.yaml": webhook.replacing("/etc/rc.local", with: program)]) {
      _ in
      [
        unit(
          "levelwind-postprocess.service",
          ["LoadState": "loaded", "User": "root", "ExecPaths": "/usr -/opt"])
      ]
    }
    #expect(found.count == 1, "\(found)")
    #expect(
      try #require(found.first).description.contains(
        "post-processor tell: \(program): levelwind-postprocess.service may not run it"))
    #expect(try #require(found.first).description.contains("ExecPaths=\(program)"))
  }
}
