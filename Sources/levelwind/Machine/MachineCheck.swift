import CLinux
import Foundation
import Spooling
import Webhooks

/// Looks at what the machine around the responder is like: the web server, the socket, the file systems,
/// the secrets and the clock. It changes nothing.
struct MachineCheck {
  let settings: Settings
  /// The configuration's folder.
  let directory: String
  /// The responder's user.
  let responder: Account
  /// nginx's configuration file, where it isn't the usual one.
  var nginxFile: String?
  /// The responder's socket, where it isn't the one that nginx hands over to.
  var socket: String?
  /// The kind of file system that a path lies on, as statfs(2) numbers them.
  var fileSystem: (String) -> Int64 = { linux_file_system_kind($0) }
  /// Whether the kernel knows that nothing keeps its clock in time.
  var isClockAdrift: () -> Bool = { linux_clock_is_unsynchronised() != 0 }

  /// The year of this version: a clock before it was never set.
  static let year = 2026
  private static let usualSocket = "/run/levelwind/levelwind.sock"

  func run(now: Date) -> [Problem] {
    let (nginx, problems) = readNginx()
    let handed = nginx?.webhooks.lazy.compactMap(\.socket).first
    let socket = socket ?? handed ?? Self.usualSocket
    return problems + (nginx.map { lookAtNginx($0, socket) } ?? [])
      + lookAtSocket(socket, Account(named: nginx?.user ?? "www-data"))
      + lookAtFileSystem(settings.spool) + lookAtFileSystem(settings.state) + lookAtState()
      + lookAtSecrets() + lookAtClock(now)
  }

  private func lookAtFileSystem(_ path: String) -> [Problem] {
    // One that is yet to be made lies where its folder does.
    var path = path
    while path.count > 1, access(path, F_OK) != 0 {
      path = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
      if path.count > 1, path.hasSuffix("/") { path.removeLast() }
    }
    switch fileSystem(path) {
    case 0x6969: return [network(path, "NFS")]
    case 0xff53_4d42, 0xfe53_4d42, 0x517b: return [network(path, "CIFS")]
    case 0x6573_5546: return [network(path, "FUSE")]
    case 0x0102_1997: return [network(path, "9p")]
    case 0x00c3_6400: return [network(path, "Ceph")]
    case 0x0102_1994:
      return [
        Problem(
          .warning, file: path,
          "lies in memory (tmpfs), and all in it is gone with the next boot: move it to a disk, "
            + "and say so with spool or state in levelwind.yaml")
      ]
    default: return []
    }
  }

  private func network(_ path: String, _ kind: String) -> Problem {
    Problem(
      file: path,
      "lies on \(kind), where a flush promises nothing: move it to a local ext4 or XFS, and say so "
        + "with spool or state in levelwind.yaml")
  }

  private func lookAtState() -> [Problem] {
    var status = stat()
    guard stat(settings.state, &status) == 0, !responder.may(7, status) else { return [] }
    return [
      Problem(
        file: settings.state,
        "can't be written by user \(responder.name): `chown \(responder.name): \(settings.state) && "
          + "chmod u+rwx \(settings.state)` mends it")
    ]
  }

  private func lookAtClock(_ now: Date) -> [Problem] {
    let year = Calendar(identifier: .gregorian).component(.year, from: now)
    if year < Self.year {
      return [
        Problem(
          file: "clock",
          "it is \(year), before this version was made; timestamps and certificates can't be checked: "
            + "`timedatectl set-ntp true` mends it")
      ]
    }
    guard isClockAdrift() else { return [] }
    return [
      Problem(
        .warning, file: "clock",
        "nothing keeps it in time, and senders' timestamps are compared with it: "
          + "`timedatectl set-ntp true` mends it")
    ]
  }
}
