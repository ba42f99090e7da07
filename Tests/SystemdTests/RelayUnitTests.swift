import Foundation
import Testing

@testable import Harness

/// The relay as its package sets it up: a program, a user and a sandbox of its own.
@Suite struct RelayUnitTests {
  @Test func `lintian finds no errors, and the package has what it should`() throws {
    let package = try DebianPackage.relay().path
    let checked = try Tool.run("lintian", ["--allow-root", "--fail-on", "error", package])
    #expect(checked.status == 0, "\(checked.text)\(checked.errors)")
    let files = try Tool.run("dpkg-deb", ["--contents", package]).text
    for file in [
      "/usr/bin/levelwind-relay", "/usr/lib/systemd/system/levelwind-relay.service",
      "/usr/lib/systemd/system/levelwind-relay.service.d/sandbox.conf",
      "/usr/lib/sysusers.d/levelwind-relay.conf", "/usr/share/man/man1/levelwind-relay-run.1.gz",
      "/usr/share/bash-completion/completions/levelwind-relay",
    ] { #expect(files.contains(" .\(file)\n"), "\(file) is missing") }
    let depends = try Tool.run("dpkg-deb", ["--field", package, "Depends"]).text
    #expect(depends.contains("levelwind (= "), "\(depends)")
  }

  /// A server that writes down the bodies that it gets.
  private static let server = """
    import http.server
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers['Content-Length']))
            with open('/bodies', 'ab') as file: file.write(body + b'\\n')
            self.send_response(204)
            self.end_headers()
    http.server.HTTPServer(('127.0.0.1', 8099), Handler).serve_forever()
    """

  @Test(.needs(.machine, toProve: "that the relay works as a user of its own"))
  func `a delivery gets from the responder to a server, by another user in a sandbox`() throws {
    try Machine.open { machine in
      try machine.install()
      try machine.write("name: Plain\n", to: "/etc/levelwind/incoming/plain.yaml")
      try machine.write(
        "relay: {type: http, url: \"http://127.0.0.1:8099/\", allow_private: [127.0.0.1]}\n",
        to: "/etc/levelwind/incoming/stock.yaml")
      try machine.write(
        "incoming: stock\nadditional_incoming: [plain]\npre_processors: []\nhistory: {for: 1d}\n",
        to: "/etc/levelwind/webhooks/erp.yaml")
      try machine.write("incoming", to: "/etc/levelwind/secrets/erp", mode: 0o640)
      try machine.write(Self.server, to: "/server.py")
      try machine.shell(
        """
        chgrp levelwind /etc/levelwind/secrets/erp
        systemctl reload levelwind
        systemd-run --quiet python3 /server.py
        """)
      try machine.startNginx()
      // Without the package, the spool is the responder's own, and the task waits in it.
      try until("it is taken") { try machine.send("/webhook/erp", #"{"a":1}"#).status == 200 }
      try until("the task is published") {
        machine.names(in: "/var/spool/levelwind/stock/new").count == 1
      }
      try machine.install(DebianPackage.relay())
      try machine.untilUnit("levelwind-relay.service")
      try until("it is carried on") { machine.text("/bodies") == "{\"a\":1}\n" }
      let mode = "stat -c '%a %U:%G' /var/spool/levelwind"
      #expect(try machine.shell("\(mode)/stock/new") == "2770 levelwind:levelwind-relay")
      #expect(try machine.shell("\(mode)/plain/new") == "2770 levelwind:levelwind")
      try until("the spool is empty") {
        try machine.shell("find /var/spool/levelwind/stock -name '*.json'") == ""
      }
      #expect(try machine.send("/webhook/erp", #"{"a":2}"#).status == 200)
      try until("the next is carried on") { machine.text("/bodies").contains("{\"a\":2}\n") }
      try until("its status tells") {
        machine.text("/var/lib/levelwind/status/relay.json").contains(#""done":2"#)
      }
      // The service sees no secret of a sender, and no other spool's tasks.
      try machine.shell(
        """
        set -e
        main=$(systemctl show --value --property MainPID levelwind-relay)
        test "$(ps -o user= -p $main | tr -d ' ')" = levelwind-relay -o \
          "$(stat -c %U /proc/$main)" = levelwind-relay
        ! nsenter --mount --target $main ls /etc/levelwind/secrets/erp 2>/dev/null
        ! nsenter --mount --target $main ls /var/lib/levelwind/wal/ 2>/dev/null | grep -q .
        ! setpriv --reuid levelwind-relay --regid levelwind-relay --init-groups \
          ls /var/spool/levelwind/plain/new 2>/dev/null
        """)
      #expect(try machine.shell("levelwind health || :").contains("relay") == false)
      try machine.shell("systemctl reload levelwind")
      try machine.untilUnit("levelwind-relay.service")
      #expect(try machine.shell("systemd-analyze verify levelwind-relay.service 2>&1") == "")
      try machine.shell("dpkg --purge levelwind-relay")
      #expect(try machine.run("systemctl", "is-active", "levelwind-relay").status != 0)
    }
  }
}
