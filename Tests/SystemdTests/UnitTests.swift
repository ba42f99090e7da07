import Foundation
import Testing

@testable import Harness

/// The units, as systemd judges them.
@Suite struct UnitTests {
  @Test(.needs(.machine, toProve: "that systemd-analyze verify has nothing to say"))
  func `systemd-analyze verify has nothing to say`() throws {
    try Machine.open { machine in
      try machine.install()
      let units = machine.names(in: "/usr/lib/systemd/system").filter {
        $0.hasPrefix("levelwind") && !$0.hasSuffix(".d")
      }
      #expect(units.count >= 5)
      let verified = try machine.shell(
        "systemd-analyze verify \(units.map { $0.replacing("@.", with: "@x.") }.joined(separator: " ")) 2>&1"
      )
      #expect(verified == "")
    }
  }

  @Test(.needs(.machine, toProve: "that the service prepares spools"))
  func `start and reload give spools their groups, and one that can't be holds up nothing`() throws
  {
    try Machine.open { machine in
      try machine.install()
      try machine.shell("groupadd importers")
      try machine.write("group: importers\n", to: "/etc/levelwind/incoming/one.yaml")
      try machine.shell("systemctl reload levelwind")
      let mode = "stat -c '%a %U:%G' /var/spool/levelwind"
      #expect(try machine.shell("\(mode)/one") == "2750 levelwind:importers")
      #expect(try machine.shell("\(mode)/one/new") == "2770 levelwind:importers")
      try machine.write("group: importers\n", to: "/etc/levelwind/incoming/two.yaml")
      try machine.write("group: nobody-there\n", to: "/etc/levelwind/incoming/odd.yaml")
      try machine.shell("systemctl restart levelwind")
      try machine.untilUnit("levelwind.service")
      #expect(try machine.shell("\(mode)/two/new") == "2770 levelwind:importers")
      #expect(machine.journal(of: "levelwind").contains("nobody-there"))
    }
  }

  @Test(.needs(.machine, toProve: "that a reload fails where a file was refused"))
  func
    `a reload fails where a file was refused, the service goes on, and it is fine once that is mended`()
    throws
  {
    try Machine.open { machine in
      try machine.install()
      try machine.shell("systemctl reload levelwind")
      try machine.write("incomming: x\n", to: "/etc/levelwind/webhooks/erp.yaml")
      #expect(try machine.run("systemctl", "reload", "levelwind").status != 0)
      #expect(try machine.shell("systemctl is-active levelwind") == "active")
      let said = machine.journal(of: "levelwind")
      #expect(said.contains("did you mean \"incoming\""), "\(said)")
      #expect(!said.contains("can't be notified"), "\(said)")
      try machine.shell("rm /etc/levelwind/webhooks/erp.yaml; systemctl reload levelwind")
    }
  }

  @Test(.needs(.machine, toProve: "that post-processing is not started again in vain"))
  func `post-processing that is used wrongly stays failed`() throws {
    try Machine.open { machine in
      try machine.install()
      try machine.write(
        "[Service]\nExecStart=\nExecStart=/usr/bin/levelwind postprocess --nonsense\n",
        to: "/etc/systemd/system/levelwind-postprocess.service.d/wrong.conf")
      try machine.shell("systemctl daemon-reload; systemctl restart levelwind-postprocess")
      try machine.untilUnit("levelwind-postprocess", is: "failed")
    }
  }

  @Test(.needs(.machine, toProve: "that requests wait while nothing answers"))
  func `thousands of connections wait while the responder does not answer, and none is refused`()
    throws
  {
    try Machine.open { machine in
      try machine.install()
      try machine.untilUnit("levelwind.service")
      try machine.shell("systemctl kill --signal=STOP --kill-whom=main levelwind")
      let waiting = try machine.run("python3", "-c", Self.connections)
      #expect(waiting.text == "4000\n", "\(waiting.errors)")
      try machine.shell("systemctl kill --signal=CONT --kill-whom=main levelwind")
      // The waiting connections carried no request. The socket and the service are unchanged.
      try machine.startNginx()
      try until("it answers") { try machine.send("/webhook/none", "{}").status == 404 }
    }
  }

  /// Connects without waiting, and reports the number of successes.
  private static let connections = """
    import resource, socket
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    kept = []
    for _ in range(4000):
        one = socket.socket(socket.AF_UNIX)
        one.setblocking(False)
        one.connect('/run/levelwind/levelwind.sock')
        kept.append(one)
    print(len(kept))
    """

  @Test(.needs(.machine, toProve: "that the watchdog leaves a responder alone that works"))
  func `a responder that works outlives its watchdog, and one that hangs does not`() throws {
    try Machine.open { machine in
      try machine.install()
      try machine.write(
        "[Service]\nWatchdogSec=2s\n", to: "/etc/systemd/system/levelwind.service.d/short.conf")
      try machine.shell("systemctl daemon-reload && systemctl restart levelwind")
      func restarts() throws -> String {
        try machine.shell("systemctl show --value --property NRestarts levelwind")
      }
      // In microseconds: the start, and the last sign of life.
      func time(of property: String) throws -> Int {
        Int(try machine.shell("systemctl show --value --property \(property) levelwind")) ?? 0
      }
      try until("it has lived for two watchdogs") {
        try time(of: "WatchdogTimestampMonotonic") - time(of: "ActiveEnterTimestampMonotonic")
          > 4_000_000
      }
      #expect(try restarts() == "0", "\(machine.journal(of: "levelwind"))")
      try machine.shell("systemctl kill --signal=STOP --kill-whom=main levelwind")
      try until("it is restarted", seconds: 90) { try restarts() != "0" }
      try machine.untilUnit("levelwind.service")
    }
  }

  @Test(.needs(.machine, toProve: "that large deliveries fit into the memory of the unit"))
  func `as many deliveries as max_inflight lets in take less than MemoryMax`() throws {
    try Machine.open { machine in
      try machine.install()
      try machine.startNginx()
      try machine.write("name: Orders\n", to: "/etc/levelwind/incoming/orders.yaml")
      try machine.write(
        "incoming: orders\npre_processors: []\n", to: "/etc/levelwind/webhooks/shop.yaml")
      let text = try machine.shell(
        """
        systemctl restart levelwind
        python3 -c 'print("[" + ",".join("{\\"key\\": %d}" % n for n in range(600000)) + "]")' >/body
        test $(stat -c %s /body) -gt 9000000
        for n in $(seq 30); do
          curl --silent --output /dev/null --data-binary @/body --header 'Content-Type: application/json' \
            https://\(Machine.host)/webhook/shop &
        done
        wait
        grep -o '[0-9]*' <(grep VmHWM /proc/$(systemctl show --value --property MainPID levelwind)/status)
        systemctl show --value --property MemoryMax levelwind
        """)
      let numbers = text.split(separator: "\n").compactMap { Int($0) }
      try #require(numbers.count == 2, "\(text)")
      #expect(machine.journal(of: "levelwind").contains("the memory for deliveries in progress"))
      #expect(numbers[0] * 1024 < numbers[1])
      for unit in ["levelwind-keys", "levelwind-postprocess"] {
        #expect(
          try machine.shell("systemctl show --value --property MemoryMax \(unit)") != "infinity")
      }
    }
  }

  /// The greatest exposure of each unit, from 0 to 10.
  static let exposures = [
    "levelwind.service": 0.5, "levelwind-postprocess.service": 2.0, "levelwind-keys.service": 2.0,
    "levelwind-drain@x.service": 2.0, "levelwind-relay.service": 2.0,
  ]

  @Test(arguments: exposures.keys.sorted())
  func `no service is more exposed than was promised`(unit: String) throws {
    let root = try Folder(named: "root")
    defer { root.remove() }
    let package =
      unit == "levelwind-relay.service" ? try DebianPackage.relay() : try DebianPackage.current()
    let unpacked = try Tool.run("dpkg-deb", ["--extract", package.path, root.path])
    try #require(unpacked.status == 0, "\(unpacked.errors)")
    let analyzed = try Tool.run(
      "systemd-analyze", ["security", "--offline=true", "--root=\(root.path)", unit])
    let level = try #require(
      analyzed.text.firstMatch(of: /Overall exposure level for \S+: ([0-9.]+)/)?.output.1)
    #expect(try #require(Double(level)) <= Self.exposures[unit]!, "\(analyzed.text)")
  }
}
