import Foundation
import Testing

@testable import Harness

/// The units that run an importer, with the drop-in that the manual shows.
@Suite(
  .needs(.machine, toProve: "that the drain's units start it for new tasks, as a user of its own"))
struct DrainUnitTests {
  private static let unit = "levelwind-drain@stock-updates"
  private static let spool = "/var/spool/levelwind/stock-updates"
  private static let dropIn = "/etc/systemd/system/\(unit).service.d/importer.conf"

  /// Opens a machine with a spool, an importer's user, and the units enabled, without the drop-in.
  private func open(_ test: (Machine) throws -> Void) throws {
    try Machine.open { machine in
      try machine.install()
      try machine.write(
        "group: erp-importer\n", to: "/etc/levelwind/incoming/stock-updates.yaml")
      // The timer comes back to deferred tasks soon.
      try machine.write(
        "[Timer]\nOnActiveSec=\nOnActiveSec=1s\nOnUnitInactiveSec=\nOnUnitInactiveSec=1s\nAccuracySec=100ms\n",
        to: "/etc/systemd/system/levelwind-drain@.timer.d/soon.conf")
      try machine.write(Self.importer, to: "/usr/local/bin/import-stock", mode: 0o755)
      try machine.shell(
        """
        useradd --system --user-group erp-importer
        install -d -o erp-importer /srv/stock
        levelwind incoming prepare
        systemctl daemon-reload
        systemctl enable --now \(Self.unit).path
        """)
      try test(machine)
    }
  }

  /// Writes the user's name, and defers a task until a file exists.
  private static let importer = """
    #!/bin/sh
    body=$(cat)
    if [ "$body" = later ] && [ ! -e /srv/stock/go ]; then exit 75; fi
    if [ "$body" = poison ]; then exit 65; fi
    id -un >"$1/$body"
    touch /etc/levelwind/x /root/x 2>/dev/null && echo >"$1/escaped"
    exit 0

    """

  private func add(_ body: String, in machine: Machine) throws {
    try ImporterSite.open(["stock-updates"]) { site in
      let id = try site.add(body, type: "text/plain", to: "stock-updates")
      let task = "\(Self.spool)/tmp/\(id).json"
      try machine.write(
        site.folder.text("spool/stock-updates/new/\(id).json"), to: task, mode: 0o640)
      try machine.shell("chown levelwind:erp-importer \(task) && mv \(task) \(Self.spool)/new/")
    }
  }

  private func names(_ place: String, _ machine: Machine) -> [String] {
    machine.names(in: "\(Self.spool)/\(place)")
  }

  /// Returns how often the service was started.
  private func starts(_ machine: Machine) throws -> Int {
    let text = try machine.shell("systemctl show --value --property=NRestarts \(Self.unit).service")
    let journal = machine.journal(of: "\(Self.unit).service")
    return (Int(text) ?? 0) + journal.components(separatedBy: "levelwind: ").count
  }

  @Test func `a task starts it, as a user of its own alone, and none that waits makes it spin`()
    throws
  {
    try open { machine in
      let service = "\(Self.unit).service"
      try add("first", in: machine)
      try until("it refuses") {
        machine.journal(of: service).contains("never as root. Give its service one with")
      }
      // The units that would start the service again are stopped, and its failure shows.
      try machine.untilUnit(service, is: "failed")
      try machine.untilUnit("\(Self.unit).path", is: "inactive")
      try machine.untilUnit("\(Self.unit).timer", is: "inactive")
      let rejections = machine.journal(of: service).components(separatedBy: "never as root")
      #expect(rejections.count == 2, "it spins")
      #expect(names("new", machine).count == 1)

      let dropIn = try #require(
        try Manual.blocks(between: "drain").first { $0.text.hasPrefix("# \(Self.dropIn)\n") })
      try machine.write(dropIn.text, to: Self.dropIn)
      let remedy = try #require(
        machine.journal(of: service).split(separator: "\n").first {
          $0.contains("systemctl restart")
        })
      try machine.shell("systemctl daemon-reload; \(remedy); systemctl stop \(Self.unit).timer")
      try until("the first is done") { machine.text("/srv/stock/first") == "erp-importer\n" }
      #expect(machine.names(in: "/srv/stock") == ["first"])

      try add("later", in: machine)
      try until("it waits") { names("retry", machine).count == 2 }
      try machine.untilUnit(service, is: "inactive")
      let (count, since) = (try starts(machine), ContinuousClock.now)
      try until("systemd had a second to start it") { .now - since >= .seconds(1) }
      #expect(try starts(machine) == count, "\(machine.journal(of: service))")

      try add("poison", in: machine)
      try until("it is given up") { names("failed", machine).count == 2 }
      try add("second", in: machine)
      try until("the second is done") { machine.names(in: "/srv/stock").contains("second") }

      try machine.write("", to: "/srv/stock/go")
      try machine.shell("systemctl start \(Self.unit).timer")
      try until("the deferred one is done", seconds: 90) {
        machine.names(in: "/srv/stock") == ["first", "go", "later", "second"]
      }
      try until("nothing is left") {
        names("new", machine) + names("cur", machine) + names("retry", machine) == []
      }
      #expect(try machine.shell("systemctl is-active \(Self.unit).path") == "active")
    }
  }

  @Test func `drains that were enabled run again when the package is installed again`() throws {
    try open { machine in
      try machine.shell("dpkg --remove levelwind")
      #expect(try machine.run("systemctl", "is-active", "\(Self.unit).path").text == "inactive\n")
      try machine.install()
      try machine.untilUnit("\(Self.unit).path")
      try machine.shell("dpkg --purge levelwind 2>&1")
      #expect(
        !machine.names(in: "/etc/systemd/system/multi-user.target.wants")
          .contains { $0.hasPrefix("levelwind") })
    }
  }
}
