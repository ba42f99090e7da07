import Foundation
import Serving
import Testing

@testable import Harness

/// The package behaves as Debian users expect.
@Suite struct PackageTests {
  @Test func `lintian finds no errors`() throws {
    let checked = try Tool.run(
      "lintian", ["--allow-root", "--fail-on", "error", DebianPackage.current().path])
    #expect(checked.status == 0, "\(checked.text)\(checked.errors)")
  }

  @Test func `it has what it should, and levelwind.yaml is its only conffile`() throws {
    let package = try DebianPackage.current().path
    let listed = try Tool.run("dpkg-deb", ["--contents", package]).text
    let files = listed.split(separator: "\n").compactMap { line in
      line.hasSuffix("/") ? nil : line.split(separator: " ").last.map { String($0.dropFirst()) }
    }
    for file in [
      "/usr/bin/levelwind", "/usr/lib/systemd/system/levelwind.socket",
      "/usr/lib/systemd/system/levelwind.service.d/sandbox.conf",
      "/usr/lib/sysusers.d/levelwind.conf", "/usr/lib/tmpfiles.d/levelwind.conf",
      "/usr/share/levelwind/nginx/snippets/levelwind.conf",
      "/usr/share/levelwind/elsewhere/apache.conf", "/usr/share/levelwind/elsewhere/Caddyfile",
      "/usr/share/levelwind/elsewhere/lighttpd.conf",
      "/usr/share/levelwind/elsewhere/errors/503.html",
      "/usr/share/doc/levelwind/examples/webhooks/shopify.yaml",
      "/usr/share/doc/levelwind/examples/importers/many.swift",
      "/usr/share/doc/levelwind/changelog.gz", "/usr/share/doc/levelwind/copyright",
      "/usr/share/man/man1/levelwind-task-drain.1.gz",
      "/usr/share/man/man5/levelwind-webhook.5.gz",
      "/usr/share/man/man7/levelwind-monitoring.7.gz",
      "/usr/share/bash-completion/completions/levelwind",
      "/usr/share/zsh/vendor-completions/_levelwind",
      "/usr/share/fish/vendor_completions.d/levelwind.fish",
    ] { #expect(files.contains(file), "\(file) is missing") }
    #expect(files.filter { $0.hasPrefix("/etc") } == ["/etc/levelwind/levelwind.yaml"])
    let conffiles = try Tool.run("dpkg-deb", ["--info", package, "conffiles"]).text
    #expect(conffiles == "/etc/levelwind/levelwind.yaml\n")
    #expect(listed.split(separator: "\n").allSatisfy { $0.contains(" root/root ") })
    // libcurl is loaded when it is needed, so that no tool finds it in the program.
    let depends = try Tool.run("dpkg-deb", ["--field", package, "Depends"]).text
    #expect(depends.contains("libcurl4 ("), "\(depends)")
  }

  @Test(.needs(.machine, toProve: "that nothing is live after installation"))
  func `after installation it runs, and no webhook is live`() throws {
    try Machine.open { machine in
      let said = try machine.install()
      #expect(said.contains("nginx -t && systemctl reload nginx"), "\(said)")
      #expect(said.contains("next steps: man levelwind"), "\(said)")
      for unit in ["levelwind.socket", "levelwind.service", "levelwind-keys.timer"] {
        try machine.untilUnit(unit)
        #expect(try machine.run("systemctl", "is-enabled", unit).text == "enabled\n")
      }
      try machine.startNginx()
      #expect(try machine.send("/webhook/shopify", "{}").status == 404)
      let info = try machine.send("/info")
      #expect(info.json["webhooks"].map { "\($0)" }?.contains("active = 1") != true, "\(info.text)")
      // A clock that isn't kept in time is the host's fault, and a warning.
      let errors = #"levelwind check --json | jq '[.[] | select(.severity == "error")] | length'"#
      #expect(try machine.shell(errors) == "0")
      #expect(
        try machine.shell("stat -c '%a %U:%G' /etc/levelwind/secrets")
          == "2750 levelwind-configure:levelwind")
      #expect(
        try machine.shell("stat -c '%a %U:%G' /run/levelwind/levelwind.sock")
          == "660 levelwind:www-data")
      // `check` notices a missing socket, and the command that it names mends that.
      let words = "there is no socket: `\(Remedy.startSocket.commands[0])`"
      try machine.shell(
        "systemctl stop levelwind.socket levelwind.service; rm /run/levelwind/levelwind.sock")
      #expect(try machine.run("levelwind", "check").text.contains(words))
      try machine.shell(Remedy.startSocket.commands[0])
      #expect(try !machine.run("levelwind", "check").text.contains("there is no socket"))
    }
  }

  @Test(.needs(.machine, toProve: "what an upgrade does where it finds new errors"))
  func `an upgrade that finds new errors leaves the old process, and says so`() throws {
    try Machine.open { machine in
      try machine.install()
      try machine.write(
        "incoming: stock\npre_processors: []\n", to: "/etc/levelwind/webhooks/erp.yaml")
      try machine.write("name: Stock\n", to: "/etc/levelwind/incoming/stock.yaml")
      try machine.write("nonsense: 1\n", to: "/etc/levelwind/webhooks/known.yaml")
      try machine.shell("systemctl restart levelwind")
      let first = try machine.shell("systemctl show --value --property MainPID levelwind")
      // A problem that existed before the upgrade holds nothing up.
      let said = try machine.install(DebianPackage.next())
      #expect(!said.contains("NOT restarted"), "\(said)")
      #expect(!said.contains("reload nginx"), "\(said)")
      let second = try machine.shell("systemctl show --value --property MainPID levelwind")
      #expect(first != second)
      // A version that accepts this file, as far as the script can see.
      try machine.write("incoming: stock\n", to: "/etc/levelwind/webhooks/erp.yaml")
      try machine.write(
        "#!/bin/sh\necho webhooks/known.yaml:1:1: nonsense: known\n", to: "/root/levelwind",
        mode: 0o755)
      try machine.shell("mv /root/levelwind /usr/bin/levelwind")
      let refused = try machine.install()
      #expect(refused.contains("NOT restarted"), "\(refused)")
      #expect(refused.contains("webhooks/erp.yaml:1:1: pre_processors: missing"), "\(refused)")
      #expect(!refused.contains("known.yaml"), "\(refused)")
      #expect(try machine.shell("systemctl show --value --property MainPID levelwind") == second)
      try machine.startNginx()
      #expect(try machine.send("/webhook/erp", "{}").status == 200)
    }
  }

  @Test(.needs(.machine, toProve: "what removal and purge leave"))
  func `removal keeps configuration and spools, and purge the spools that have tasks`() throws {
    try Machine.open { machine in
      try machine.install()
      for name in ["full", "empty"] {
        try machine.write("name: \(name)\n", to: "/etc/levelwind/incoming/\(name).yaml")
        try machine.write(
          "incoming: \(name)\npre_processors: []\n", to: "/etc/levelwind/webhooks/\(name).yaml")
      }
      try machine.shell("systemctl reload levelwind")
      try machine.startNginx()
      try until("it is taken") { try machine.send("/webhook/full", "{}").status == 200 }
      try machine.shell("DEBIAN_FRONTEND=noninteractive dpkg --remove levelwind")
      #expect(machine.names(in: "/etc/levelwind/webhooks") == ["empty.yaml", "full.yaml"])
      #expect(machine.names(in: "/var/spool/levelwind") == ["empty", "full"])
      #expect(machine.names(in: "/var/spool/levelwind/full/new").count == 1)
      // nginx still starts, and senders are told to come again.
      try machine.shell("systemctl restart nginx")
      let reply = try machine.send("/webhook/full", "{}")
      #expect(reply.status == 503)
      #expect(reply["retry-after"] != nil)
      try machine.install()
      try until("it is taken again") { try machine.send("/webhook/full", "{}").status == 200 }
      let purged = try machine.shell("dpkg --purge levelwind 2>&1 </dev/null")
      #expect(purged.contains("/var/spool/levelwind/full has tasks in it"), "\(purged)")
      #expect(machine.names(in: "/var/spool/levelwind") == ["full"])
      #expect(machine.names(in: "/var/spool/levelwind/full/new").count == 2)
      for gone in ["/etc/levelwind", "/var/lib/levelwind", "/etc/nginx/conf.d/levelwind.conf"] {
        #expect(!FileManager.default.fileExists(atPath: machine.file(gone).path), "\(gone)")
      }
      #expect(try machine.shell("systemctl list-unit-files 'levelwind*' --no-legend || true") == "")
      // The site still includes the snippets, and nginx starts.
      #expect(purged.contains("still includes snippets/levelwind.conf"), "\(purged)")
      try machine.shell("nginx -t && systemctl restart nginx")
      #expect(try machine.send("/webhook/full", "{}").status == 404)
      // After a kill -9, unpublished tasks are in the log alone.
      try machine.install()
      #expect(machine.text("/etc/nginx/snippets/levelwind.conf").contains("fastcgi_pass levelwind"))
      try machine.untilUnit("levelwind.service")
      try machine.shell("systemctl stop levelwind.socket levelwind.service")
      try machine.write("{", to: "/var/spool/levelwind/full/tmp/left.json")
      let again = try machine.shell("dpkg --purge levelwind 2>&1 </dev/null")
      #expect(again.contains("may not be published yet"), "\(again)")
      #expect(machine.names(in: "/var/lib/levelwind") == ["wal"])
    }
  }

  @Test(.needs(.machine, toProve: "that a purge gets past mount points"))
  func `a purge empties mount points, and goes on with the rest`() throws {
    try Machine.open { machine in
      try machine.install()
      for name in ["empty", "full", "mounted"] {
        try machine.write("name: \(name)\n", to: "/etc/levelwind/incoming/\(name).yaml")
      }
      try machine.shell(
        """
        mkdir -p /var/spool/levelwind/mounted /var/lib/levelwind/keys
        for disk in /var/spool/levelwind/mounted /var/lib/levelwind/keys /etc/levelwind/secrets; do
          mount -t tmpfs disk $disk
          touch $disk/file
        done
        mkdir /var/spool/levelwind/mounted/lost+found
        levelwind incoming prepare
        touch /var/spool/levelwind/full/new/01a209ca-e3ac-780b-aab1-06d51ac8ca81.json
        """)
      let purged = try machine.shell("dpkg --purge levelwind 2>&1 </dev/null")
      for left in [
        "/var/spool/levelwind/full has tasks", "/var/spool/levelwind/mounted stays",
        "/var/lib/levelwind stays", "/etc/levelwind stays",
      ] { #expect(purged.contains("levelwind: \(left)"), "\(purged)") }
      #expect(try machine.shell("dpkg-query --show levelwind 2>&1 || true").contains("no packages"))
      #expect(machine.names(in: "/var/spool/levelwind") == ["full", "mounted"])
      #expect(machine.names(in: "/var/spool/levelwind/mounted") == ["lost+found"])
      #expect(machine.names(in: "/var/lib/levelwind") == ["keys"])
      #expect(machine.names(in: "/etc/levelwind") == ["secrets"])
      #expect(machine.names(in: "/var/lib/levelwind/keys") == [])
    }
  }
}
