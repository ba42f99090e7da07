import Foundation
import Testing

@testable import Harness

/// The machine in which the tests of units run.
@Suite(.needs(.machine, toProve: "that units, package and sandbox work under systemd"))
struct MachineTests {
  @Test func `a machine is its own: what is done in it isn't done here`() throws {
    let id = "\(UInt64.random(in: 0...UInt64.max))"
    try Machine.open { machine in
      try machine.write("one\n", to: "/etc/levelwind-\(id)/file")
      #expect(try machine.shell("cat /etc/levelwind-\(id)/file") == "one")
      #expect(machine.text("/etc/levelwind-\(id)/file") == "one\n")
      #expect(!FileManager.default.fileExists(atPath: "/etc/levelwind-\(id)"))
      #expect(try machine.shell("systemctl is-system-running") == "running")
      #expect(try machine.shell("ls /sys/class/net") == "lo")
      try machine.shell("systemd-run --unit=levelwind-probe --quiet sleep 600")
      try machine.untilUnit("levelwind-probe")
    }
  }

  @Test func `SIGKILL of what holds a machine ends all of it`() throws {
    try Machine.open { machine in
      let settings = machine.file("/etc")
      #expect(FileManager.default.fileExists(atPath: settings.path))
      kill(try #require(pid_t(machine.folder.text("pids").dropLast())), SIGKILL)
      try until("its init is gone") { !FileManager.default.fileExists(atPath: settings.path) }
    }
  }
}
