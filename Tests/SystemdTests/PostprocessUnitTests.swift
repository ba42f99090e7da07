import Foundation
import Testing

@testable import Harness

/// Post-processing as the package sets it up: as a user other than the responder's, in a sandbox of
/// its own.
@Suite(.needs(.machine, toProve: "that post-processing works as a user of its own"))
struct PostprocessUnitTests {
  /// Writes the user's name and what the user can see, and keeps the record.
  private static let program = """
    #!/bin/sh
    cd /var/lib/levelwind/postprocess || exit 1
    cat >record
    {
      id -un
      cat /etc/levelwind/secrets/* 2>&1 || echo no secrets
      ls /var/spool/levelwind 2>&1 || echo no spools
      ls /var/lib/levelwind/wal 2>&1 || echo no log
      cat /etc/levelwind/outgoing-secrets/target
    } >seen.new
    mv seen.new seen
    """

  @Test func `a record gets from the responder to a program of another user`() throws {
    try Machine.open { machine in
      try machine.install()
      try machine.write(Self.program, to: "/usr/bin/announce", mode: 0o755)
      try machine.write("incoming", to: "/etc/levelwind/secrets/erp", mode: 0o640)
      try machine.write("outgoing\n", to: "/etc/levelwind/outgoing-secrets/target", mode: 0o640)
      try machine.write("name: Stock\n", to: "/etc/levelwind/incoming/stock.yaml")
      try machine.write(
        "incoming: stock\npre_processors: []\n"
          + "post_processors: [{type: exec, command: [/usr/bin/announce]}]\n",
        to: "/etc/levelwind/webhooks/erp.yaml")
      try machine.shell(
        """
        chgrp levelwind /etc/levelwind/secrets/erp
        chgrp levelwind-postprocess /etc/levelwind/outgoing-secrets/target
        systemctl start levelwind
        levelwind reload
        """)
      try machine.startNginx()
      try machine.untilUnit("levelwind-postprocess.service")
      #expect(try machine.send("/webhook/erp", #"{"a":1}"#).status == 200)
      let folder = "/var/lib/levelwind/postprocess"
      try until("the program ran") { !machine.text("\(folder)/seen").isEmpty }
      let seen = machine.text("\(folder)/seen")
      #expect(seen.hasPrefix("levelwind-postprocess\n"))
      for word in ["no secrets", "no spools", "no log", "outgoing"] {
        #expect(seen.contains("\(word)\n"), "\(seen)")
      }
      #expect(machine.text("\(folder)/record").contains(#""type":"levelwind.accepted""#))
      try until("it says how it is") {
        machine.text("/var/lib/levelwind/status/postprocess.json").contains(#""done":1"#)
      }
      // The responder can read the status of post-processing. Post-processing can't replace the
      // responder's.
      try machine.shell(
        """
        set -e
        setpriv --reuid levelwind --regid levelwind --init-groups \
          cat /var/lib/levelwind/status/postprocess.json >/dev/null
        ! setpriv --reuid levelwind-postprocess --regid levelwind-postprocess --clear-groups \
          rm -f /var/lib/levelwind/status/serve.json 2>/dev/null
        """)
      #expect(machine.names(in: "\(folder)/erp.exec/new") == [])
    }
  }

  @Test func `a program hears of findings, out of the sandbox of post-processing`() throws {
    try Machine.open { machine in
      try machine.install()
      try machine.shell(
        """
        echo 'on_finding: [/usr/bin/logger, --tag, alert]' >>/etc/levelwind/levelwind.yaml
        echo 'incoming: nowhere' >/etc/levelwind/webhooks/erp.yaml
        systemctl start levelwind
        levelwind reload || :
        """)
      try machine.untilUnit("levelwind-postprocess.service")
      func heard(_ change: String) throws -> Bool {
        try machine.shell("journalctl --output=cat SYSLOG_IDENTIFIER=alert")
          .contains(#""change":"\#(change)","level":"critical","kind":"configuration""#)
      }
      try until("it hears that a webhook is broken") { try heard("begins") }
      try machine.shell("rm /etc/levelwind/webhooks/erp.yaml; levelwind reload")
      try until("it hears of the end") { try heard("ends") }
    }
  }
}
