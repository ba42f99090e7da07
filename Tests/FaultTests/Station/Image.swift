import Foundation
import Testing

@testable import Harness

/// A file system of its own, in a file: it can be filled, cut off and mounted again, and is nobody else's.
final class Image {
  enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case ext4, xfs
    var testDescription: String { rawValue }
  }

  private let folder: Folder
  private let kind: Kind
  private var isMounted = false
  private var image: String { folder("image").path }
  /// Where it is mounted.
  var root: URL { folder("mount") }

  /// Makes one, mounts it, and removes it after the test.
  ///
  /// - Parameters:
  ///   - megabytes: its size; mkfs.xfs wants at least 300. The file is sparse.
  ///   - options: what else to tell mkfs.
  static func open<Result>(
    _ kind: Kind, megabytes: Int = 320, options: [String] = [], _ test: (Image) throws -> Result
  ) throws -> Result {
    let image = try Image(kind, megabytes: megabytes, options: options)
    defer { image.remove() }
    try image.mount()
    return try test(image)
  }

  static func canBeMade(_ kind: Kind) -> Bool {
    (try? open(kind) { _ in }) != nil
  }

  private init(_ kind: Kind, megabytes: Int, options: [String]) throws {
    self.kind = kind
    folder = try Folder(named: "image")
    try folder.write("", to: "mount/.not-mounted")
    let file = try FileHandle(forWritingTo: folder.write("", to: "image"))
    try file.truncate(atOffset: UInt64(megabytes) << 20)
    try file.close()
    // Without the options, ext4 keeps blocks back for root, and is still making inodes when it is full.
    let own =
      kind == .ext4 ? ["-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0"] : []
    try Self.run("mkfs.\(kind.rawValue)", ["-q"] + own + options + [image])
  }

  func mount() throws {
    // With -o loop, the device goes with the mount, also where that is undone by somebody else.
    try Self.run("mount", ["-t", kind.rawValue, "-o", "loop", image, root.path])
    isMounted = true
  }

  func remount(_ options: String) throws {
    try Self.run("mount", ["-o", "remount,\(options)", root.path])
  }

  /// Unmounts it, as soon as nobody uses it any more.
  func unmount() throws {
    guard isMounted else { return }
    try until("\(root.path) is unmounted") {
      try Tool.run("umount", [root.path]).status == 0
    }
    isMounted = false
  }

  /// What a power cut does: nothing of what the system has not yet written reaches the device.
  func cutPower() throws {
    let directory = Glibc.open(root.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(directory) }
    // Never the file system that the folder itself lies on.
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
