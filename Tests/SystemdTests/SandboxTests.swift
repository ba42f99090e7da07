import Foundation
import Testing

@testable import Harness

/// What the services can't do, tried from inside: perl stands in for the program, in the very units
/// that are installed, and reports what came of each attempt.
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
              // Programs of post-processors: those of the system, and none that it has written.
              "exec /bin/sh", "exec the loader",
            ]))
      #expect(machine.names(in: "/tmp").filter { $0.hasPrefix("probe") } == [])
    }
  }

  /// What the probe could do as a service.
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
