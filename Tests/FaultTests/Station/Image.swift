import Foundation
import Testing

@testable import Harness

/// A file system of a test's own, in a file. It can be filled, cut off and mounted again.
final class Image {
  enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case ext4, xfs
    var testDescription: String { rawValue }
  }

  private let folder: Folder
  private let kind: Kind
  private var isMounted = false
  private var isFrozen = false
  private var isOnMemory = false
  private var below: URL { folder("below") }
  private var image: String { (isOnMemory ? below.appending(path: "image") : folder("image")).path }
  /// The directory on which the file system is mounted.
  private(set) var root: URL

  /// Makes and mounts a file system, and removes it after the test.
  ///
  /// - Parameters:
  ///   - kind: the kind of the file system.
  ///   - megabytes: its size; mkfs.xfs wants at least 300. The file is sparse.
  ///   - options: more options for mkfs.
  ///   - memory: the size in megabytes of a memory file system that is to hold the file; nil for a
  ///     disk.
  ///   - test: the test.
  /// - Returns: what the test returns.
  /// - Throws: the errors of the test, and of a file system that can't be made.
  static func open<Result>(
    _ kind: Kind, megabytes: Int = 320, options: [String] = [], on memory: Int? = nil,
    _ test: (Image) throws -> Result
  ) throws -> Result {
    let image = try Image(kind, megabytes: megabytes, options: options, memory)
    defer { image.remove() }
    try image.mount()
    return try test(image)
  }

  static func canBeMade(_ kind: Kind) -> Bool {
    (try? open(kind) { _ in }) != nil
  }

  private init(_ kind: Kind, megabytes: Int, options: [String], _ memory: Int?) throws {
    self.kind = kind
    folder = try Folder(named: "image")
    root = folder("mount")
    try folder.write("", to: "mount/.not-mounted")
    if let memory {
      try folder.write("", to: "below/.not-mounted")
      try Self.run("mount", ["-t", "tmpfs", "-o", "size=\(memory)m", "tmpfs", below.path])
      isOnMemory = true
    }
    let file = try FileHandle(
      forWritingTo: folder.write("", to: isOnMemory ? "below/image" : "image"))
    try file.truncate(atOffset: UInt64(megabytes) << 20)
    try file.close()
    // Without the options, ext4 keeps blocks back for root, and still makes inodes when it is full.
    let own =
      kind == .ext4 ? ["-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0"] : []
    try Self.run("mkfs.\(kind.rawValue)", ["-q"] + own + options + [image])
  }

  func mount() throws {
    // With -o loop, the device goes with the mount, even if another process unmounts it.
    try Self.run("mount", ["-t", kind.rawValue, "-o", "loop", image, root.path])
    isMounted = true
  }

  /// Mounts the file system in another place.
  func move(to place: URL) throws {
    try unmount()
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    root = place
    try mount()
  }

  /// Detaches the file system from its place. Processes that have files open go on using it.
  func takeAway() throws {
    try Self.run("umount", ["--lazy", root.path])
    isMounted = false
  }

  /// Freezes the file system, as a backup of a virtual machine does. Writers wait.
  func freeze() throws {
    try Self.run("fsfreeze", ["--freeze", root.path])
    isFrozen = true
  }

  func thaw() throws {
    guard isFrozen else { return }
    try Self.run("fsfreeze", ["--unfreeze", root.path])
    isFrozen = false
  }

  /// As soon as nothing is being written or removed.
  func remount(_ options: String) throws {
    try until("it is remounted \(options)") {
      (try? Self.run("mount", ["-o", "remount,\(options)", root.path])) != nil
    }
  }

  /// Makes ext4 find an error, so that it turns read-only although files are open for writing. It
  /// stays so until it is mounted again.
  func turnReadOnly() throws {
    try Self.run("mount", ["-o", "remount,errors=remount-ro", root.path])
    let device = try Tool.run("findmnt", ["--noheadings", "--output", "SOURCE", root.path])
    let name = device.text.trimmingCharacters(in: .whitespacesAndNewlines).dropFirst("/dev/".count)
    try Data("a test".utf8).write(to: URL(filePath: "/sys/fs/ext4/\(name)/trigger_fs_error"))
  }

  /// Unmounts the file system as soon as no process uses it.
  func unmount() throws {
    try thaw()
    guard isMounted else { return }
    try until("\(root.path) is unmounted") {
      try Tool.run("umount", [root.path]).status == 0
    }
    isMounted = false
  }

  /// Takes all room except a number of bytes.
  func fill(leaving bytes: Int = 0) throws {
    let file = root.appending(path: "filler")
    let descriptor = Glibc.open(file.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var size = statvfs()
    let block = [UInt8](repeating: 1, count: 4096)
    repeat {
      try #require(fstatvfs(descriptor, &size) == 0)
      if Int(size.f_bavail) * Int(size.f_frsize) <= bytes { break }
    } while write(descriptor, block, block.count) > 0
    fsync(descriptor)
  }

  /// Takes all room except a number of bytes in one call, and does not take what is freed later.
  func takeAtOnce(leaving bytes: Int) throws {
    let file = root.appending(path: "filler")
    let descriptor = Glibc.open(file.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var size = statvfs()
    try #require(fstatvfs(descriptor, &size) == 0)
    let free = Int(size.f_bavail) * Int(size.f_frsize)
    try #require(posix_fallocate(descriptor, 0, off_t(free - bytes)) == 0)
  }

  /// Gives the room back.
  func empty() throws { try FileManager.default.removeItem(at: root.appending(path: "filler")) }

  /// Takes all memory that the image lies in. Blocks that were not written before have no room
  /// then.
  func fillBelow() throws {
    try #require(isOnMemory)
    let file = below.appending(path: "filler")
    try Data().write(to: file)
    let handle = try FileHandle(forWritingTo: file)
    while (try? handle.write(contentsOf: Data(count: 4096))) != nil {}
  }

  func emptyBelow() throws {
    try FileManager.default.removeItem(at: below.appending(path: "filler"))
  }

  /// Changes the directory below the mount.
  func lookBelow(_ body: (URL) throws -> Void) throws {
    let place = try folder.write("", to: "beside/.not-mounted").deletingLastPathComponent()
    try Self.run("mount", ["--bind", root.deletingLastPathComponent().path, place.path])
    defer { _ = try? Tool.run("umount", [place.path]) }
    try body(place.appending(path: root.lastPathComponent))
  }

  /// Cuts the power: nothing that the system has not written yet reaches the device.
  func cutPower() throws {
    let directory = Glibc.open(root.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(directory) }
    // Never shut down the file system of the folder itself.
    var (inside, outside) = (stat(), stat())
    try #require(fstat(directory, &inside) == 0 && stat(folder.path, &outside) == 0)
    try #require(isMounted && inside.st_dev != outside.st_dev)
    let shutdown: UInt = 0x8004_587d
    var withoutFlushingItsLog: UInt32 = 2
    let result = ioctl(directory, shutdown, &withoutFlushingItsLog)
    try #require(result == 0, "no shutdown: \(String(cString: strerror(errno)))")
  }

  private func remove() {
    try? unmount()
    if isMounted { _ = try? Tool.run("umount", ["--lazy", root.path]) }
    if isOnMemory { _ = try? Tool.run("umount", ["--lazy", below.path]) }
    folder.remove()
  }

  private static func run(_ program: String, _ arguments: [String]) throws {
    let path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/sbin"
    let result = try Tool.run("env", ["PATH=\(path)", program] + arguments)
    guard result.status == 0 else {
      throw NotYet(description: "\(program) \(arguments): \(result.errors)")
    }
  }
}
