import Foundation
import Testing

@testable import Harness

/// A responder's entries about deliveries in systemd's journal, written and read back.
@Suite(.needs(.machine, toProve: "that deliveries are in systemd's journal"))
struct JournalTests {
  private static let files = [
    "levelwind.yaml": "min_free: 1MiB\nmin_free_inodes: 10\n",
    "incoming/stock.yaml": "",
    "webhooks/erp.yaml": """
    incoming: stock
    logging: true
    delivery_id_header: X-Delivery
    pre_processors: [{type: header, name: X-Secret, secrets: [{literal: s3, name: autumn}]}]

    """,
    "webhooks/near.yaml": """
    incoming: stock
    history: {}
    pre_processors: [{type: addresses, allow: [192.0.2.1]}]

    """,
  ]

  private static let nginx = """
    user root;
    daemon off;
    events {}
    http {
      access_log off;
      server {
        listen 127.0.0.1:8080;
        location / {
          include /etc/nginx/fastcgi_params;
          fastcgi_param REQUEST_ID $request_id;
          fastcgi_pass unix:/run/levelwind/levelwind.sock;
        }
      }
    }

    """

  private func start(_ machine: Machine) throws {
    try machine.install()
    for (name, text) in Self.files { try machine.write(text, to: "/etc/levelwind/\(name)") }
    try machine.write(Self.nginx, to: "/root/nginx.conf")
    try machine.shell(
      """
      systemctl restart levelwind
      systemd-run --quiet --unit=nginx-test nginx -c /root/nginx.conf
      """)
    try until("nginx answers") {
      try machine.run("curl", "--silent", "http://127.0.0.1:8080/").status == 0
    }
  }

  private func send(_ machine: Machine, _ arguments: String) throws -> String {
    try machine.shell(
      "curl -sS -o /dev/null -w '%{http_code} ' --data '{}' \(arguments)")
  }

  /// Returns the entries about deliveries to webhooks. The wait for nginx makes entries about an
  /// unknown path.
  private func entries(_ machine: Machine, _ arguments: String = "") throws -> [[String: Any]] {
    try machine.shell("levelwind log --json \(arguments)").split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }.filter { $0["webhook"] != nil }
  }

  @Test func `deliveries are in the journal field by field, and levelwind log reads them`() throws {
    try Machine.open { machine in
      try start(machine)
      let erp = "http://127.0.0.1:8080/webhook/erp"
      #expect(
        try send(machine, "-H 'X-Secret: s3' -H 'X-Delivery: d-17' \(erp)") == "200 ")
      #expect(
        try send(machine, "-H $'X-Secret: a\\x1b[2J' -H $'User-Agent: \\x1b[2J' \(erp)") == "401 ")
      try until("both are in the journal") { try entries(machine).count == 2 }
      let all = try entries(machine)
      #expect(all.map { $0["verdict"] as? String } == ["accepted", "refused"])
      let first = all[0]
      #expect(first["senderdelivery"] as? String == "d-17")
      #expect(first["secret"] as? String == "autumn")
      #expect(first["body_bytes"] as? Int == 2)
      let task = try #require((first["tasks"] as? [String])?.first)
      for match in [
        "WEBHOOK=erp VERDICT=accepted", "SENDERDELIVERY=d-17", "TASKS=\(task)", "STATUS=200",
        "SECRET=autumn", "GENERATION=1 STATUS=200", "PRIORITY=6 BODY_BYTES=2",
      ] {
        let said = try machine.shell("journalctl -t levelwind -o cat \(match)")
        #expect(said.hasPrefix("delivery accepted webhook=erp"), "\(match): \(said)")
        #expect(!said.contains("\n"))
      }
      #expect(try machine.shell("journalctl -t levelwind -o cat CHECK=header").contains("refused"))
      #expect(try entries(machine, "erp --on today --refused").count == 1)
      #expect(try entries(machine, "--since 1h --delivery d-17").count == 1)
      #expect(try entries(machine, "--until 1h").isEmpty)
      let table = try machine.shell("TZ=Asia/Kathmandu levelwind log")
      #expect(table.split(separator: "\n").count { $0.contains("+05:45  erp") } == 2)
      // Entries of other users don't count, whatever their fields.
      try machine.shell(
        """
        journalctl -t levelwind -o export VERDICT=accepted | grep -av '^_' | grep -av '^$' >/tmp/forged
        setpriv --reuid=65534 --clear-groups logger --journald=/tmp/forged
        journalctl --sync
        """)
      #expect(
        try machine.shell("journalctl -o cat DELIVERY=\(first["delivery"] ?? "") | wc -l") == "2")
      #expect(try entries(machine).count == 2)
      let other = try machine.run("setpriv", "--reuid=65534", "--clear-groups", "levelwind", "log")
      #expect(other.errors.contains("for root and members of group systemd-journal"))
    }
  }

  @Test func `one that an administrator brings back is in the journal, too`() throws {
    try Machine.open { machine in
      try start(machine)
      #expect(try send(machine, "http://127.0.0.1:8080/webhook/near") == "403 ")
      try until("it is kept") {
        try machine.shell("levelwind delivery list near --json | wc -l") == "1"
      }
      try machine.shell("sed -i 's/192.0.2.1/127.0.0.1/' /etc/levelwind/webhooks/near.yaml")
      let id = try machine.shell("levelwind delivery list --json | jq -r .id")
      #expect(
        try machine.shell("levelwind delivery again \(id) --yes")
          .hasSuffix("1 delivery brought back, with 1 task"))
      #expect(
        try machine.shell("stat -c %U /var/spool/levelwind/stock/new/*.json") == "levelwind")
      try until("both are in the journal") { try entries(machine, "--delivery \(id)").count == 2 }
      #expect(
        try entries(machine, "--delivery \(id)").map { $0["verdict"] as? String }
          == ["refused", "accepted"])
    }
  }

  @Test func `a journal that stands still holds up no delivery`() throws {
    try Machine.open { machine in
      try start(machine)
      let process = try machine.shell("systemctl show -P MainPID systemd-journald")
      try machine.shell("kill -STOP \(process)")
      let said = try send(
        machine, "-H 'X-Secret: s3' 'http://127.0.0.1:8080/webhook/erp?[1-1500]'")
      #expect(said.split(separator: " ").allSatisfy { $0 == "200" })
      try machine.shell("kill -CONT \(process)")
      try until("all are in the journal") { try entries(machine).count == 1500 }
    }
  }
}
