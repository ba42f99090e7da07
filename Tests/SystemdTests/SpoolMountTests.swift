import Foundation
import Testing

@testable import Harness

/// A file system that an administrator mounts while the responder runs, seen through the mount
/// namespace of the responder's unit.
@Suite(.needs(.machine, toProve: "that a mount over a spool reaches the responder"))
struct SpoolMountTests {
  private static let spool = "/var/spool/levelwind/orders"

  @Test
  func
    `a file system that is mounted over a spool is used once it is prepared, and never written below`()
    throws
  {
    try Machine.open { machine in
      try machine.install()
      try machine.startNginx()
      try machine.write(
        "min_free: 1MiB\nmin_free_inodes: 10\n", to: "/etc/levelwind/levelwind.yaml")
      try machine.write("name: Orders\n", to: "/etc/levelwind/incoming/orders.yaml")
      try machine.write(
        "incoming: orders\npre_processors: []\n", to: "/etc/levelwind/webhooks/shop.yaml")
      try machine.shell("systemctl restart levelwind")
      func send() throws -> Reply { try machine.send("/webhook/shop", "{}") }
      func tasks() -> Int { machine.names(in: "\(Self.spool)/new").count }
      #expect(try send().status == 200)
      try until("it is published") { tasks() == 1 }

      try machine.shell("mount -t tmpfs -o size=64m disk \(Self.spool)")
      #expect(try send().status == 200, "it is durable, and waits in the log")
      let words = "\(Self.spool)/new does not exist: `levelwind incoming prepare` makes it"
      try until("health names it") { try health(of: machine).contains(words) }

      try machine.shell("levelwind incoming prepare")
      try until("health is content") { try !health(of: machine).contains("spool orders") }
      for _ in 1...3 { #expect(try send().status == 200) }
      try until("they are published, and the one that had to wait") { tasks() == 4 }

      try machine.shell("umount --lazy \(Self.spool)")
      #expect(tasks() == 1, "written below the mount")
      #expect(try send().status == 200)
      try until("it is published") { tasks() == 2 }
    }
  }

  @Test func `spools elsewhere are said to need a drop-in, and are used with it`() throws {
    try Machine.open { machine in
      try machine.install()
      try machine.write("spool: /srv/webhooks\n", to: "/etc/levelwind/levelwind.yaml")
      try machine.write("name: Orders\n", to: "/etc/levelwind/incoming/orders.yaml")
      try machine.shell("install -d -o levelwind /srv/webhooks; systemctl restart levelwind")
      let words = "ReadWritePaths=/srv/webhooks and NoExecPaths=/srv/webhooks"
      try until("health names the drop-in") { try health(of: machine).contains(words) }
      try machine.write(
        "[Service]\n\(words.replacing(" and ", with: "\n"))\n",
        to: "/etc/systemd/system/levelwind.service.d/spools.conf")
      try machine.shell("systemctl daemon-reload; systemctl restart levelwind")
      try until("health is content") { try !health(of: machine).contains("spool orders") }
    }
  }

  private func health(of machine: Machine) throws -> String {
    try machine.run("levelwind", "health").text
  }
}
