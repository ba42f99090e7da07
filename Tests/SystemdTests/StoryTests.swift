import Foundation
import Testing

@testable import Harness

/// The README's way onto a server, command for command.
@Suite(.needs(.machine, toProve: "that what the README says of servers works"))
struct StoryTests {
  @Test func `a shop's webhook on a server that has a site already, as the README says`() throws {
    let blocks = try ReadmeBlock.all(between: "<!-- server -->")
    try Machine.open { machine in
      try haveSite(on: machine)
      for block in blocks { try follow(block, on: machine) }

      let order = #"{"name":"1001"}"#
      #expect(try send(order, topic: "orders/create", to: machine).status == 200)
      #expect(try send(#"{"id":7}"#, topic: "customers/update", to: machine).status == 200)
      let forged = try machine.send(
        "/webhook/shop", order, headers: ["X-Shopify-Hmac-Sha256: \(try signature(of: "other"))"])
      #expect(forged.status == 401)
      // The site that was there is as it was.
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
    // The package is made already.
    try machine.write("#!/bin/sh\n", to: "/root/systemd/package", mode: 0o755)
    let package = try DebianPackage.current()
    try machine.copy(package, to: "/root/systemd/\(package.lastPathComponent)")
  }

  /// - Returns: what its commands said.
  @discardableResult
  private func follow(_ block: ReadmeBlock, on machine: Machine) throws -> String {
    switch block.kind {
    case "sh": return try machine.shell("cd /root\n" + block.text)
    case "nginx":
      // Into the server block of the site.
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

  private func send(_ body: String, topic: String, to machine: Machine) throws -> Reply {
    try machine.send(
      "/webhook/shop", body,
      headers: [
        "Content-Type: application/json", "X-Shopify-Topic: \(topic)",
        "X-Shopify-Hmac-Sha256: \(try signature(of: body))",
        "X-Shopify-Webhook-Id: delivery-\(topic)",
        "X-Shopify-Event-Id: delivery-\(topic)",
      ])
  }

  private func signature(of body: String) throws -> String {
    let made = try Tool.run(
      "openssl", ["dgst", "-sha256", "-hmac", Self.secret, "-binary"], input: Array(body.utf8))
    return Data(made.output).base64EncodedString()
  }
}
