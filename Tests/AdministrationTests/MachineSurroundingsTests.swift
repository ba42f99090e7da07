import Foundation
import Testing
import Webhooks

@testable import Administration
@testable import Harness

/// The problems of file systems and the clock that `check` finds. Tests can't have a network file
/// system or a wrong clock, so they give the kernel's answers.
@Suite struct MachineSurroundingsTests {
  /// A kind of file system, with its name.
  struct Kind: Sendable, CustomTestStringConvertible {
    let number: Int64
    let name: String
    var testDescription: String { name }
  }

  /// The number of ext4.
  private static let local: Int64 = 0xef53
  static let kinds = [
    Kind(number: 0x6969, name: "NFS"), Kind(number: 0xff53_4d42, name: "CIFS"),
    Kind(number: 0xfe53_4d42, name: "CIFS"), Kind(number: 0x517b, name: "CIFS"),
    Kind(number: 0x6573_5546, name: "FUSE"), Kind(number: 0x0102_1997, name: "9p"),
    Kind(number: 0x00c3_6400, name: "Ceph"),
  ]

  /// Looks at a machine whose spools lie in `spool/yet/to/be/made` of a folder.
  private func look(
    now: Date = Date(), _ change: (inout MachineCheck, Folder) -> Void
  ) throws -> [Problem] {
    let folder = try Folder(named: "machine-check")
    defer { folder.remove() }
    for name in ["spool/a", "state/a"] { try folder.write("", to: name) }
    try folder.write(
      """
      base_url: https://hooks.example.org
      spool: \(folder("spool/yet/to/be/made").path)
      state: \(folder("state").path)
      """, to: "etc/levelwind.yaml")
    let directory = folder("etc").path
    let loading = Snapshot.load(directory: directory, credentials: .unknown, now: now)
    var check = MachineCheck(
      snapshot: try #require(loading.snapshot), directory: directory,
      responder: try #require(Account(named: "root")), nginxFile: folder("no-nginx").path,
      socket: folder("no-socket").path)
    check.fileSystem = { _ in Self.local }
    check.isClockAdrift = { false }
    change(&check, folder)
    return check.run(now: now).filter { !$0.file.contains("/no-") }
  }

  @Test func `on local disks and in time there is nothing to say`() throws {
    #expect(try look { _, _ in } == [])
  }

  @Test(arguments: kinds, ["spool", "state"])
  func `a network file system is an error, with what to do`(_ kind: Kind, of place: String) throws {
    var path = ""
    let found = try look { check, folder in
      path = folder(place).path
      check.fileSystem = { [path] in $0 == path ? kind.number : Self.local }
    }
    #expect(found.map(\.file) == [path])
    let problem = try #require(found.first)
    #expect(problem.severity == .error)
    #expect(problem.message.hasPrefix("lies on \(kind.name), where a flush guarantees nothing"))
    #expect(problem.message.contains("name the new path as spool or state in levelwind.yaml"))
  }

  @Test func `a spool that is a mount of its own is looked at, too`() throws {
    // Every Linux has this file system mounted below another.
    let shared = "/dev/shm/levelwind-spool-\(getpid())"
    #expect(mkdir(shared, 0o700) == 0)
    defer { rmdir(shared) }
    let found = try look { check, folder in
      _ = try? folder.write("name: Own\n", to: "etc/incoming/own.yaml")
      try? FileManager.default.createDirectory(
        atPath: folder("spool/yet/to/be/made").path, withIntermediateDirectories: true)
      try? FileManager.default.createSymbolicLink(
        atPath: folder("spool/yet/to/be/made/own").path, withDestinationPath: shared)
      check = MachineCheck(
        snapshot: Snapshot.load(
          directory: folder("etc").path, credentials: .unknown, now: Date()
        ).snapshot ?? check.snapshot,
        directory: check.directory, responder: check.responder, nginxFile: check.nginxFile,
        socket: check.socket)
      check.fileSystem = { $0.hasSuffix("/own") ? 0x6969 : Self.local }
      check.isClockAdrift = { false }
    }
    #expect(found.count == 1, "\(found)")
    #expect(found.first?.file.hasSuffix("/own") == true)
    #expect(found.first?.message.hasPrefix("lies on NFS") == true)
  }

  @Test func `a clock that was never set is an error, with what to do`() throws {
    let found = try look(now: Date(timeIntervalSince1970: 86400)) { _, _ in }
    #expect(found.map(\.file) == ["clock"])
    #expect(found.first?.severity == .error)
    #expect(
      found.first?.message.hasPrefix("the clock says 1970, before this version was made") == true)
    #expect(found.first?.message.contains(": `timedatectl set-ntp true`") == true)
  }

  @Test func `a clock that nothing keeps in time is a warning, with what to do`() throws {
    let found = try look { check, _ in check.isClockAdrift = { true } }
    #expect(found.map(\.file) == ["clock"])
    #expect(found.first?.severity == .warning)
    #expect(found.first?.message.hasPrefix("nothing keeps the clock in time") == true)
    #expect(found.first?.message.contains(": `timedatectl set-ntp true`") == true)
  }
}
