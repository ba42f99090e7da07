import Foundation
import Testing

@testable import Harness

/// The README's way onto a server, command for command.
@Suite(.needs(.machine, toProve: "that what the README says of servers works"))
struct StoryTests {
  @Test func `a shop's webhook on a server that has a site already, as the README says`() throws {
    try Machine.open { try followServer(on: $0) }
  }

  /// Follows the README's way onto a server on a machine that has nothing of Levelwind yet.
  func followServer(on machine: Machine) throws {
    let blocks = try Manual.blocks(between: "server")
    try haveSite(on: machine)
    for block in blocks { try follow(block, on: machine) }

    let order = #"{"name":"1001"}"#
    #expect(try send(order, topic: "orders/create", to: machine).status == 200)
    #expect(try send(#"{"id":7}"#, topic: "customers/update", to: machine).status == 200)
    let forged = try machine.send(
      "/webhook/shop", order, headers: ["X-Shopify-Hmac-Sha256: \(try signature(of: "other"))"])
    #expect(forged.status == 401)
    // The existing site is unchanged.
    #expect(try machine.send("/").text == "the shop\n")

    try until("the tasks are there") {
      machine.names(in: "/var/spool/levelwind/orders/new").count == 1
        && machine.names(in: "/var/spool/levelwind/customers/new").count == 1
    }
    let importer = try #require(blocks.last)
    #expect(try follow(importer, on: machine) == "delivery-orders/create 1001")
    #expect(machine.names(in: "/var/spool/levelwind/orders/new") == [])
    #expect(machine.names(in: "/var/spool/levelwind/orders/cur") == [])
    let stranger = try machine.run(
      "runuser", "-u", "erp", "--", "ls", "/var/spool/levelwind/customers")
    #expect(stranger.status != 0)
  }

  @Test(.needs(.loopDevices, toProve: "what a full disk does to a server"))
  func `a disk fills up and is emptied again, as the manual says`() throws {
    let server = try Manual.blocks(between: "server")
    let mending = try #require(try Manual.blocks(between: "full").first)
    let spool = "/var/spool/levelwind/orders"
    try Machine.open { machine in
      try haveSite(on: machine)
      try mountDisk(at: spool, on: machine)
      for block in server {
        try follow(block, on: machine)
        // The disk is smaller than the default of `min_free`.
        guard block.kind == "yaml" else { continue }
        try machine.shell(
          "printf 'min_free: 8MiB\\nmin_free_inodes: 10\\n' >>/etc/levelwind/levelwind.yaml; levelwind reload"
        )
      }
      func pid() throws -> String {
        try machine.shell("systemctl show --value --property MainPID levelwind")
      }
      let process = try pid()

      let padding = String(repeating: "x", count: 100_000)
      func order(_ number: Int) throws -> Reply {
        try send(
          #"{"name":"\#(number)","padding":"\#(padding)"}"#, topic: "orders/create",
          id: "order-\(number)", to: machine)
      }
      var accepted = 0
      var answer = try order(0)
      while answer.status == 200, accepted < 1000 {
        accepted += 1
        answer = try order(accepted)
      }
      #expect(answer.status == 503 && answer["retry-after"] != nil, "\(answer.text)")
      #expect(accepted > 10)
      // Another disk, which a program really fills.
      #expect(try send("{}", topic: "customers/update", id: "c", to: machine).status == 200)
      try machine.shell("head -c 64M /dev/zero >\(spool)/lost+found/filler 2>/dev/null || true")
      #expect(try order(accepted).status == 503)
      try machine.shell("rm \(spool)/lost+found/filler")

      try until("it says so") {
        try machine.run("levelwind", "health").text.contains("is full")
      }
      let said = try mending.text.split(separator: "\n").map { line in
        try machine.run("bash", "-c", "cd /root; \(line)")
      }
      #expect(said.map(\.status) == [2, 0, 0, 0, 0, 0])
      #expect(
        said[0].text.contains("CRITICAL - \(spool) is full, deliveries get 503: "),
        "\(said[0].text)")
      #expect(said[0].text.contains("[df -h \(spool); "), "\(said[0].text)")
      #expect(
        said[3].text.firstMatch(of: /new +(\d+)/)?.output.1 == "\(accepted)", "\(said[3].text)")
      // Every acknowledged order is there, and no other.
      #expect(said[4].text.split(separator: "\n") == (0..<accepted).map { "order-\($0) \($0)" })

      // The sender comes again.
      try until("it is taken") { try order(accepted).status == 200 }
      #expect(try pid() == process)
      let importer = try #require(server.last)
      try until("its task is there") { !machine.names(in: "\(spool)/new").isEmpty }
      #expect(try follow(importer, on: machine) == "order-\(accepted) \(accepted)")
      try until("all is well again") {
        try !machine.run("levelwind", "health").text.contains("is full")
      }
    }
  }

  /// Mounts a small file system, in place of a disk of its own.
  private func mountDisk(at folder: String, on machine: Machine) throws {
    try machine.shell(
      """
      [ -e /dev/loop-control ] || mknod /dev/loop-control c 10 237
      for number in {0..63}; do [ -e /dev/loop$number ] || mknod /dev/loop$number b 7 $number; done
      mkdir -p \(folder)
      truncate --size=16M /root/disk
      mkfs.ext4 -q -F -m 0 -E lazy_itable_init=0,lazy_journal_init=0 /root/disk
      mount -o loop /root/disk \(folder)
      """)
  }

  private static let secret = "hush-hush-said-the-shop"

  private func haveSite(on machine: Machine) throws {
    try machine.certify()
    try machine.write(
      """
      server {
        listen 443 ssl;
        server_name \(Machine.host);
        ssl_certificate /etc/letsencrypt/live/\(Machine.host)/fullchain.pem;
        ssl_certificate_key /etc/letsencrypt/live/\(Machine.host)/privkey.pem;
        location / { return 200 "the shop\\n"; }
      }

      """, to: "/etc/nginx/sites-enabled/shop")
    try machine.shell("rm -f /etc/nginx/sites-enabled/default /var/lib/man-db/auto-update")
    try machine.shell("systemctl start nginx")
    try machine.write(Self.secret + "\n", to: "/root/shopify-secret", mode: 0o600)
    // The package was made before.
    try machine.write("#!/bin/sh\n", to: "/root/systemd/package", mode: 0o755)
    let package = try DebianPackage.current()
    try machine.copy(package, to: "/root/systemd/\(package.lastPathComponent)")
  }

  /// Follows a block of the README.
  ///
  /// - Returns: the output of its commands.
  @discardableResult
  private func follow(_ block: Manual.Block, on machine: Machine) throws -> String {
    switch block.kind {
    case "sh": return try machine.shell("cd /root\n" + block.text)
    case "nginx":
      // The block goes into the server block of the site.
      let site = machine.text("/etc/nginx/sites-enabled/shop")
      try machine.write(
        site.replacing("  location", with: "  \(block.text)\n  location"),
        to: "/etc/nginx/sites-enabled/shop")
    default:
      let path = try #require(block.text.firstMatch(of: /# (\/\S+)/)?.output.1)
      try machine.write(block.text, to: String(path))
    }
    return ""
  }

  private func send(
    _ body: String, topic: String, id: String? = nil, to machine: Machine
  ) throws -> Reply {
    let id = id ?? "delivery-\(topic)"
    return try machine.send(
      "/webhook/shop", body,
      headers: [
        "Content-Type: application/json", "X-Shopify-Topic: \(topic)",
        "X-Shopify-Hmac-Sha256: \(try signature(of: body))",
        "X-Shopify-Webhook-Id: \(id)", "X-Shopify-Event-Id: \(id)",
      ])
  }

  private func signature(of body: String) throws -> String {
    let made = try Tool.run(
      "openssl", ["dgst", "-sha256", "-hmac", Self.secret, "-binary"], input: Array(body.utf8))
    return Data(made.output).base64EncodedString()
  }
}

extension Facility {
  fileprivate static let loopDevices = Self(
    "loop devices", isThere: access("/dev/loop-control", R_OK | W_OK) == 0)
}
