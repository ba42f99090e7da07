import Bytes
import CLinux
import Glibc

/// The space that one file system has left for a process without root's privileges.
public struct DiskSpace: Sendable, Equatable, Codable {
  /// The first path on this file system that was asked about.
  public var path: String
  /// Free bytes, at most `Int.mostBelieved`.
  public var bytes: UInt64
  /// Free inodes, at most `Int.mostBelieved`; nil if the file system makes inodes as it needs them.
  public var inodes: UInt64?

  /// Creates the space of one file system.
  public init(path: String, bytes: UInt64, inodes: UInt64?) {
    self.path = path
    self.bytes = bytes
    self.inodes = inodes
  }

  /// Returns the space of each file system that these directories lie on, once. A directory that is
  /// missing is left out.
  ///
  /// - Returns: the file systems, and for each directory the `path` of its file system.
  public static func look(at paths: [String]) -> (disks: [DiskSpace], homes: [String: String]) {
    var disks: [UInt64: String] = [:]
    var (found, homes): ([DiskSpace], [String: String]) = ([], [:])
    for path in paths {
      var status = stat()
      guard stat(path, &status) == 0 else { continue }
      let device = UInt64(status.st_dev)
      if disks[device] == nil, let space = space(at: path) {
        disks[device] = path
        found.append(space)
      }
      homes[path] = disks[device]
    }
    return (found, homes)
  }

  private static func space(at path: String) -> DiskSpace? {
    var space = statvfs()
    guard statvfs(path, &space) == 0 else { return nil }
    let most = UInt64(Int.mostBelieved)
    return DiskSpace(
      path: path, bytes: min(UInt64(space.f_bavail) * UInt64(space.f_frsize), most),
      inodes: space.f_files == 0 ? nil : min(UInt64(space.f_favail), most))
  }
}

/// The space that a file system has left for a process without root's privileges.
public struct Space: Sendable, Equatable {
  /// Free bytes.
  public var bytes: UInt64
  /// Free inodes; nil if the file system makes inodes as it needs them (btrfs).
  public var inodes: UInt64?
  /// Whether nothing can be written there: the file system is mounted read-only, for all or only in
  /// a service's sandbox.
  public var isReadOnly: Bool

  /// Creates the space of one file system.
  public init(bytes: UInt64, inodes: UInt64?, isReadOnly: Bool = false) {
    self.bytes = bytes
    self.inodes = inodes
    self.isReadOnly = isReadOnly
  }
}

/// The space that commits leave free on a file system. With less, deliveries are refused until
/// there is room.
public struct Floors: Sendable, Equatable, Codable {
  /// `min_free`, in bytes.
  public var bytes: UInt64
  /// `min_free_inodes`.
  public var inodes: UInt64

  /// Creates floors. 0 stands for no floor.
  public init(bytes: UInt64, inodes: UInt64) {
    self.bytes = bytes
    self.inodes = inodes
  }

  /// Returns the reason in words if the space is below a floor; nil if there is room.
  public func shortage(of space: Space) -> String? {
    if space.bytes < bytes {
      return "\(space.bytes) bytes are free, min_free is \(bytes)"
    }
    if let left = space.inodes, left < inodes {
      return "\(left) inodes are free, min_free_inodes is \(inodes)"
    }
    return nil
  }
}
