import Foundation
import Testing

@testable import Harness

/// The pages as the package installs them, in a booted machine.
@Suite(.needs(.machine, toProve: "the units of the pages, and what they can't do"))
struct PagesUnitTests {
  @Test func `nothing is reachable before the pages are enabled, or after`() throws {
    try Machine.open { machine in
      try machine.install()
      try machine.startNginx()
      try machine.write("correct-horse\n", to: "/etc/levelwind/secrets/erp", mode: 0o640)
      try machine.write("name: Orders\n", to: "/etc/levelwind/incoming/orders.yaml")
      try machine.write(
        """
        incoming: orders
        history: {}
        pre_processors: [{type: header, name: X-Secret, secrets: [{secret: erp}]}]

        """, to: "/etc/levelwind/webhooks/erp.yaml")
      try machine.shell("chgrp levelwind /etc/levelwind/secrets/erp; levelwind reload")
      #expect(
        try machine.send("/webhook/erp", "{}", headers: ["X-Secret: correct-horse"]).status == 200)
      func listening() throws -> Bool {
        let said = try machine.shell("ss --listening --tcp --unix --numeric")
        return said.contains(":8411") || said.contains("/run/levelwind-pages")
      }
      let units = ["levelwind-pages", "levelwind-administer", "levelwind-configure"]
      #expect(try !listening())
      for unit in units {
        #expect(
          try machine.shell("systemctl is-enabled \(unit).socket || :").contains("disabled"))
      }
      let enabled = try machine.shell("levelwind pages enable --first-user alice 2>&1")
      let words: [Substring] = enabled.split(whereSeparator: \.isWhitespace)
      let password: Substring = try #require(words.first(where: { $0.count == 32 }))
      #expect(enabled.contains("User alice, administrator."))
      func status(_ user: String, _ target: String = "/status") throws -> String {
        try machine.shell(
          "curl --silent --output /page --write-out '%{http_code}' \(user) http://localhost:8411\(target)"
        )
      }
      #expect(try status("") == "401")
      #expect(try status("--user alice:wrong") == "401")
      try until("the page is there") { try status("--user alice:\(password)") == "200" }
      #expect(machine.text("/page").contains("Signed in as alice, administrator."))
      try until("the delivery is in the history") {
        _ = try status("--user alice:\(password)", "/webhooks/erp")
        return machine.text("/page").contains("1 task")
      }
      let page = machine.text("/page")
      #expect(page.contains(">active<") && !page.contains("There is a problem"))
      _ = try status("--user alice:\(password)", "/tasks/orders")
      let task = try #require(
        machine.text("/page").firstMatch(of: #/href="(/tasks/orders/[0-9a-f-]{36})"/#)
      ).1
      #expect(try status("--user alice:\(password)", "\(task)/body") == "200")
      #expect(machine.text("/page") == "{}")
      try operate(machine, "alice:\(password)", String(task))
      let journal = try machine.shell("journalctl --output=cat SYSLOG_IDENTIFIER=levelwind")
      #expect(journal.contains("looked at on the pages user=alice role=administrator"))
      #expect(
        try machine.shell("stat --format='%a %U:%G' /etc/levelwind/pages.users")
          .contains("640 root:www-data"))
      try changed(machine, "alice:\(password)")
      // Another name than localhost is at the wrong place (DNS rebinding).
      #expect(try status("--user alice:\(password) --header 'Host: evil.example'") == "421")
      for unit in units {
        let judged = try machine.shell("systemd-analyze security --no-pager \(unit).service || :")
        let exposure = try #require(
          judged.firstMatch(of: #/Overall exposure level for \S+: ([0-9.]+)/#)
        ).1
        #expect(try #require(Double(exposure)) <= 0.5, "\(unit)")
      }
      try machine.shell(
        """
        sed -i 's/^ *auth_basic "Levelwind";//' /etc/nginx/sites-available/levelwind-pages
        """)
      let checked = try machine.shell("levelwind check || :")
      #expect(checked.contains("the pages are handed out without authentication"))
      #expect(try machine.shell("levelwind pages disable").contains("The pages are off."))
      #expect(try !listening())
      #expect(
        try machine.shell("dpkg --purge levelwind 2>&1; ls /etc/nginx/sites-*; nginx -t 2>&1")
          .contains("levelwind-pages") == false)
    }
  }

  /// Operates on the only task and its delivery, as the sandbox of the helper's unit allows.
  private func operate(_ machine: Machine, _ user: String, _ task: String) throws {
    func send(_ fields: [String: String], _ target: String) throws -> String {
      let data = fields.map { "--data-urlencode '\($0.key)=\($0.value)'" }.joined(separator: " ")
      return try machine.shell(
        "curl --silent --output /page --write-out '%{http_code}' --user \(user) "
          + "--header 'Sec-Fetch-Site: same-origin' \(data) http://localhost:8411\(target)")
    }
    let spool = "/var/spool/levelwind/orders"
    try machine.shell("mv \(spool)/new/*.json \(spool)/failed/")
    let moment = "\(Int(Date().timeIntervalSince1970 * 1e6) + 60_000_000)"
    #expect(try send(["as-of": moment], "\(task)/retry") == "303", "\(machine.text("/page"))")
    #expect(try machine.shell("ls \(spool)/new | wc -l").trimmingCharacters(in: .newlines) == "1")
    // What is made again belongs to those to whom the first belonged.
    let owner = "stat --format='%a %U:%G' \(spool)/new/*.json"
    let before = try machine.shell(owner)
    _ = try machine.shell("curl --silent --user \(user) http://localhost:8411\(task) > /page")
    let delivery = try #require(
      machine.text("/page").firstMatch(of: #/href="(/deliveries/[0-9a-f-]{36})"/#)
    ).1
    try machine.shell("rm \(spool)/new/*.json")
    let back = try send(["to": "orders", "verified": "yes"], "\(delivery)/again")
    #expect(back == "303", "\(machine.text("/page"))")
    #expect(try machine.shell(owner) == before)
    let request = "POST /webhook/erp HTTP/1.1\nX-Secret: correct-horse\n\n{}"
    #expect(try send(["request": request], "/webhooks/erp/explain") == "200")
    let explained = machine.text("/page")
    #expect(explained.contains("pre-processor 1, header: passed"), "\(explained)")
    let journal = try machine.shell("journalctl --output=cat SYSLOG_IDENTIFIER=levelwind")
    #expect(journal.contains("changed on the pages user=alice role=administrator verb=retried"))
    #expect(journal.contains("delivery brought back"))
  }

  @Test func `from inside, the pages open nothing, and their helper little`() throws {
    try Machine.open { machine in
      try machine.install()
      try machine.write("correct-horse\n", to: "/etc/levelwind/secrets/erp", mode: 0o640)
      try machine.write("name: Orders\n", to: "/etc/levelwind/incoming/orders.yaml")
      try machine.shell(
        """
        chgrp levelwind /etc/levelwind/secrets/erp
        levelwind incoming prepare
        install -d -o levelwind -g levelwind /var/lib/levelwind/history /var/lib/levelwind/secrets
        systemctl start levelwind-pages.socket levelwind-administer.socket \
          levelwind-configure.socket
        cp --remove-destination /usr/bin/perl /usr/bin/levelwind
        """)
      let pages = try done(machine, "levelwind-pages", "pages")
      #expect(
        pages == [
          "connect /run/levelwind-pages/administer.sock",
          "connect /run/levelwind-pages/configure.sock", "socket AF_UNIX", "write /tmp",
        ])
      let configure = try done(machine, "levelwind-configure", "configure")
      #expect(
        configure == [
          "list /etc/levelwind", "list /etc/levelwind/outgoing-secrets",
          "list /etc/levelwind/secrets", "list /var/lib/levelwind",
          "read /etc/levelwind/levelwind.yaml", "read /etc/passwd", "socket AF_UNIX",
          "write /etc/levelwind/secrets", "write /etc/levelwind/webhooks", "write /tmp",
        ])
      let administer = try done(machine, "levelwind-administer", "administer")
      #expect(
        administer == [
          "list /etc/levelwind", "list /etc/levelwind/secrets", "list /var/lib/levelwind",
          "list /var/lib/levelwind/history", "list /var/lib/levelwind/secrets",
          "list /var/spool/levelwind/orders/new",
          "read /etc/levelwind/levelwind.yaml", "read /etc/levelwind/secrets/erp",
          "read /etc/passwd", "socket AF_UNIX", "write /tmp", "write /var/lib/levelwind",
          "write /var/lib/levelwind/history", "write /var/spool/levelwind",
          "write /var/spool/levelwind/orders/new",
        ])
    }
  }

  /// Changes a webhook on the pages: the files belong to the helper, the responder loads them, and
  /// root's commands go on working over them.
  private func changed(_ machine: Machine, _ user: String) throws {
    func version(_ page: String) throws -> Substring {
      try machine.shell(
        "curl --silent --output /page --user \(user) http://localhost:8411\(page)")
      return try #require(
        machine.text("/page").firstMatch(of: #/name="version" value="([0-9a-z-]+)"/#)
      ).1
    }
    func send(_ action: String, _ fields: String...) throws -> String {
      let data = fields.map { "--data-urlencode '\($0)'" }.joined(separator: " ")
      return try machine.shell(
        """
        curl --silent --output /page --write-out '%{http_code}' --user \(user) \
          --header 'Sec-Fetch-Site: same-origin' \(data) http://localhost:8411\(action)
        """)
    }
    let off = "version=\(try version("/webhooks/erp"))"
    #expect(try send("/webhooks/erp/disable", off) == "303")
    func taken(_ secret: String) throws -> Int {
      try machine.send("/webhook/erp", "{}", headers: ["X-Secret: \(secret)"]).status
    }
    #expect(try taken("correct-horse") == 404, "\(machine.journal(of: "levelwind-reload"))")
    #expect(try machine.shell("levelwind webhook enable erp").contains("has loaded the change"))
    #expect(try taken("correct-horse") == 200)
    let list = "version=\(try version("/webhooks/erp/secrets"))"
    #expect(try send("/webhooks/erp/secrets", list, "list=pre_processors[0].secrets") == "200")
    let secret = try machine.shell("cat /etc/levelwind/secrets/erp-1")
      .trimmingCharacters(in: .newlines)
    #expect(secret.count == 43 && machine.text("/page").contains(secret))
    #expect(try taken(secret) == 200)
    let owners = try machine.shell(
      """
      cd /etc/levelwind && stat --format='%n %a %U:%G' webhooks/erp.yaml secrets/erp-1 levelwind.yaml
      """)
    #expect(
      owners == """
        webhooks/erp.yaml 644 levelwind-configure:levelwind-configure
        secrets/erp-1 640 levelwind-configure:levelwind
        levelwind.yaml 644 root:root
        """)
    #expect(try machine.shell("levelwind check || :").contains("levelwind-configure") == false)
    let journal = try machine.shell("journalctl --output=cat SYSLOG_IDENTIFIER=levelwind")
    #expect(journal.contains("changed on the pages user=alice role=administrator"))
  }

  /// Returns the attempts that succeeded as a service, sorted.
  private func done(_ machine: Machine, _ unit: String, _ script: String) throws -> [String] {
    try machine.write(Self.probe, to: "/\(script)")
    try machine.write(
      """
      [Service]
      Type=oneshot
      Restart=no
      ExecStart=
      ExecStart=/usr/bin/levelwind /\(script)
      StandardOutput=append:/found-\(unit)

      """, to: "/etc/systemd/system/\(unit).service.d/zz-probe.conf")
    try machine.shell("systemctl daemon-reload; systemctl start \(unit).service")
    // A connection that another unit has tried starts the service once more.
    let found = machine.text("/found-\(unit)").split(separator: "\n").map(String.init)
    #expect(found.contains("tried all"), "\(machine.journal(of: unit))")
    return found.prefix { $0 != "tried all" }.sorted()
  }

  private static let probe = #"""
    use strict; use Socket; $| = 1;
    sub note { my ($what, $done) = @_; print "$what\n" if $done }
    for my $folder (qw(/ /etc /etc/levelwind /etc/levelwind/webhooks /etc/levelwind/secrets /etc/nginx /usr/bin
        /usr/lib /var /var/log /var/lib /var/spool /run /run/levelwind /run/levelwind-pages /run/systemd/system /home
        /root /srv /opt /dev /dev/shm /dev/mqueue /sys /proc/sys/kernel /tmp /var/lib/levelwind /var/lib/levelwind/wal
        /var/lib/levelwind/history /var/lib/levelwind/secrets /var/spool/levelwind /var/spool/levelwind/orders/new)) {
      note("write $folder", open(my $file, '>', "$folder/probe"));
      unlink "$folder/probe";
    }
    note("read $_", open(my $file, '<', $_)) for qw(/etc/passwd /etc/shadow /etc/levelwind/levelwind.yaml
      /etc/levelwind/secrets/erp /etc/levelwind/pages.users /proc/1/environ /var/log/dpkg.log);
    for my $folder (qw(/etc/levelwind /etc/levelwind/secrets /etc/levelwind/outgoing-secrets /var/lib/levelwind
        /var/lib/levelwind/wal /var/lib/levelwind/history /var/lib/levelwind/secrets /var/spool/levelwind/orders/new)) {
      note("list $folder", opendir(my $names, $folder));
    }
    my %families = (AF_UNIX => 1, AF_INET => 2, AF_INET6 => 10, AF_NETLINK => 16, AF_PACKET => 17);
    note("socket $_", socket(my $socket, $families{$_}, SOCK_DGRAM, 0)) for sort keys %families;
    for my $path (qw(/run/levelwind/levelwind.sock /run/levelwind-pages/administer.sock
        /run/levelwind-pages/configure.sock /run/systemd/private
        /run/dbus/system_bus_socket)) {
      socket(my $socket, AF_UNIX, SOCK_STREAM, 0);
      note("connect $path", connect($socket, pack_sockaddr_un($path)));
    }
    for my $program (qw(/bin/sh /usr/bin/env /usr/bin/kill)) {
      note("exec $program", system({$program} $program, '-c', 'true') == 0);
    }
    note("signal init", kill 0, 1);
    note("ptrace", syscall(101, 16, 1, 0, 0) == 0);
    print "tried all\n";
    """#
}
