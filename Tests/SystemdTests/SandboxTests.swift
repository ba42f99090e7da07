import Foundation
import Testing

@testable import Harness

/// The things that the services can't do, tried from inside. In the installed units, perl stands in
/// for the program, and reports the result of each attempt.
@Suite(.needs(.machine, toProve: "what the sandbox denies"))
struct SandboxTests {
  @Test func `the services write nowhere else, connect nowhere, and run nothing`() throws {
    try Machine.open { machine in
      try machine.install()
      try machine.write("correct-horse\n", to: "/etc/levelwind/secrets/erp", mode: 0o640)
      try machine.shell(
        """
        chgrp levelwind /etc/levelwind/secrets/erp
        systemctl stop 'levelwind*'
        cp --remove-destination /usr/bin/perl /usr/bin/levelwind
        """)
      for script in ["serve", "keys", "postprocess"] {
        try machine.write(Self.probe, to: "/\(script)")
      }
      let everywhere = ["write /tmp", "write /var/tmp"]
      let responder = try succeeded(in: machine, "levelwind.service", state: "")
      #expect(
        responder
          == Set(
            everywhere + [
              "socket AF_UNIX", "read /etc/levelwind/secrets/erp", "write /var/lib/levelwind",
              "write /var/spool/levelwind",
            ]))
      let keys = try succeeded(in: machine, "levelwind-keys.service", state: "keys/")
      #expect(
        keys
          == Set(
            everywhere + [
              "socket AF_UNIX", "socket AF_INET", "socket AF_INET6",
              "write /var/lib/levelwind/keys",
            ]))
      let post = try succeeded(in: machine, "levelwind-postprocess.service", state: "postprocess/")
      #expect(
        post
          == Set(
            everywhere + [
              "socket AF_UNIX", "socket AF_INET", "socket AF_INET6",
              "write /var/lib/levelwind/postprocess",
              // Post-processors' programs: the system's can be run, and none that the service
              // itself has written.
              "exec /bin/sh", "exec the loader",
            ]))
      #expect(machine.names(in: "/tmp").filter { $0.hasPrefix("probe") } == [])
    }
  }

  @Test
  func
    `in all of the machine, a service writes into its own folders alone, and runs nothing there`()
    throws
  {
    try Machine.open { machine in
      try machine.install()
      try machine.write("group: importer\n", to: "/etc/levelwind/incoming/orders.yaml")
      try machine.write(Self.walk, to: "/walk")
      try machine.shell(Self.openFolders)
      // The same probe where nothing is denied.
      let free = try machine.shell("runuser -u levelwind -- /usr/bin/levelwind /walk")
        .split(separator: "\n").map(String.init)
      for way in ["write", "run", "map"] {
        for folder in ["/srv/open", "/mnt/disk", "/run/open", "/run/disk", "/dev/shm/open"] {
          #expect(free.contains("\(way) \(folder)"))
        }
      }
      #expect(free.contains("write /run/open/file"))

      let temporary = ["/tmp", "/var/tmp"]
      let spool = "/var/spool/levelwind/orders"
      for (unit, own, all) in [
        (
          "levelwind", ["/var/lib/levelwind/wal", "\(spool)/new"],
          ["/var/lib/levelwind", "/var/spool/levelwind"]
        ),
        ("levelwind-keys", ["/var/lib/levelwind/keys"], ["/var/lib/levelwind/keys"]),
        (
          "levelwind-postprocess", ["/var/lib/levelwind/status"],
          ["/var/lib/levelwind/postprocess", "/var/lib/levelwind/status"]
        ),
        // These two belong to the service alone: other processes don't see them.
        (
          "levelwind-drain@orders", ["\(spool)/new", "/dev/shm", "/dev/mqueue"],
          [spool, "/dev/shm", "/dev/mqueue"]
        ),
      ] {
        let found = try walk(machine, as: unit)
        let written = found.filter { $0.hasPrefix("write ") }.map { String($0.dropFirst(6)) }
        for folder in own + temporary {
          #expect(written.contains(folder), "\(unit) can't write to \(folder)")
        }
        let allowed = all + temporary
        let stray = written.filter { path in
          !allowed.contains { path == $0 || path.hasPrefix("\($0)/") }
        }
        #expect(stray == [], "\(unit)")
        #expect(found.filter { !$0.hasPrefix("write ") } == [], "\(unit)")
        #expect(!written.contains("/dev/shm/open"), "\(unit)")
      }
    }
  }

  /// Makes folders that anybody may write to, some of them file systems of their own, and one a
  /// spool. Then it lists all such folders.
  private static let openFolders = """
    useradd --system --user-group importer
    systemctl stop 'levelwind*'
    mkdir -p /mnt/disk /run/disk /var/spool/levelwind/orders
    for disk in /mnt/disk /run/disk /var/spool/levelwind/orders; do mount -t tmpfs -o mode=1777 disk $disk; done
    levelwind incoming prepare
    install -d -o levelwind -g levelwind /var/lib/levelwind/keys
    for folder in /srv/open /run/open /dev/shm/open /var/lib/open; do
      mkdir -p $folder
      touch $folder/file
      chmod 1777 $folder
      chmod 0666 $folder/file
    done
    cp --remove-destination /usr/bin/perl /usr/bin/levelwind
    find / -path /proc -prune -o \\( -type d -o -type f -perm -o+w \\) -print >/list
    """

  /// Returns what the probe could do anywhere, as a service.
  private func walk(_ machine: Machine, as unit: String) throws -> [String] {
    let user = unit.contains("@") ? "User=importer" : ""
    try machine.write(
      """
      [Service]
      Type=oneshot
      Restart=no
      WatchdogSec=0
      ExecStartPre=
      ExecStart=
      ExecStart=/usr/bin/levelwind /walk
      StandardOutput=append:/found
      \(user)

      """, to: "/etc/systemd/system/\(unit).service.d/zz-walk.conf")
    try machine.shell("rm -f /found; systemctl daemon-reload; systemctl start \(unit).service")
    let found = machine.text("/found").split(separator: "\n").map(String.init)
    #expect(found.last == "walked", "\(machine.journal(of: unit))")
    return found.dropLast()
  }

  /// Tries to write to every folder, and to run and to load the written file.
  private static let walk = #"""
    use strict; use DynaLoader;
    sub copy {
      my ($from, $to) = @_;
      open(my $in, '<', $from); open(my $out, '>', $to) or return;
      binmode $_ for $in, $out;
      print $out join '', <$in>; close $out; chmod 0755, $to;
    }
    my ($library) = glob('/usr/lib/*/perl-base/auto/POSIX/POSIX.so');
    open(my $list, '<', '/list') or die; chomp(my @list = <$list>);
    for my $path (@list) {
      if (-f $path) { print "write $path\n" if open(my $file, '+<', $path); next }
      my $file = "$path/probe";
      open(my $out, '>', $file) or next;
      close $out;
      print "write $path\n";
      copy('/usr/bin/true', $file); print "run $path\n" if system({$file} $file) == 0;
      copy($library, $file); print "map $path\n" if DynaLoader::dl_load_file($file, 0);
      unlink $file;
    }
    print "walked\n";
    """#

  /// Returns the attempts of the probe that succeeded as a service.
  private func succeeded(
    in machine: Machine, _ unit: String, state: String
  ) throws -> Set<String> {
    let report = "/var/lib/levelwind/\(state)report"
    try machine.shell("systemctl start --no-block \(unit)")
    try until("\(unit) has reported") { !machine.text(report).isEmpty }
    try machine.shell("systemctl stop \(unit)")
    let lines = machine.text(report).split(separator: "\n").map { $0.components(separatedBy: ": ") }
    #expect(lines.count == Self.attempts, "\(machine.text(report))")
    return Set(lines.filter { $0[1] == "done" }.map { $0[0] })
  }

  private static let attempts = 46
  private static let probe = #"""
    use strict; use Socket;
    my ($unit) = $0 =~ /(\w+)$/;
    my $state = '/var/lib/levelwind' . ($unit eq 'serve' ? '' : "/$unit");
    exit 0 if -e "$state/report";
    my @report;
    sub note { my ($what, $done) = @_; push @report, "$what: " . ($done ? 'done' : $!) . "\n" }

    for my $folder (qw(/ /etc /etc/levelwind /etc/levelwind/secrets /etc/nginx /usr/bin /usr/lib /var /var/log
        /var/lib /var/lib/dpkg /var/spool /var/cache /run /run/levelwind /home /root /srv /opt /dev /sys /proc/sys/kernel
        /tmp /var/tmp /var/lib/levelwind /var/spool/levelwind), $unit eq 'serve' ? '/boot' : $state) {
      note("write $folder", open(my $file, '>', "$folder/probe"));
    }
    note("read /etc/levelwind/secrets/erp", open(my $file, '<', '/etc/levelwind/secrets/erp'));
    note("read /etc/shadow", open($file, '<', '/etc/shadow'));
    note("read /proc/1/environ", open($file, '<', '/proc/1/environ'));
    my %families = (AF_UNIX => 1, AF_INET => 2, AF_INET6 => 10, AF_NETLINK => 16, AF_PACKET => 17);
    note("socket $_", socket(my $socket, $families{$_}, SOCK_DGRAM, 0)) for sort keys %families;

    sub run { my $status = system { $_[0] } @_; $! = 13 if $status > 0; return $status == 0 }
    note("exec $_", run($_, '-c', 'true')) for qw(/bin/sh /usr/bin/env /usr/bin/kill /usr/bin/curl);
    note("exec the loader", run(glob('/lib*/ld-linux-*'), '/usr/bin/true'));
    my $writable = $unit eq 'serve' ? '/var/spool/levelwind' : $state;
    for my $folder ('/tmp', '/var/tmp', $state, $writable) {
      open(my $program, '<', '/usr/bin/true'); open(my $copy, '>', "$folder/own");
      binmode $_ for $program, $copy;
      print $copy join '', <$program>; close $copy; chmod 0755, "$folder/own";
      note("exec $folder/own", run("$folder/own"));
    }
    note("chmod 4755", chmod 04755, "$state/own");
    note("chown to root", chown 0, 0, "$state/own");
    unlink map { ("$_/probe", "$_/own") } $state, $writable;

    open(my $out, '>', "$state/report.new"); print $out @report; close $out;
    rename "$state/report.new", "$state/report";
    """#
}
