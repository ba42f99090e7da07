import CLinux
import Glibc

/// What one file system has left for a process that is not root's.
public struct DiskSpace: Sendable, Equatable, Codable {
  /// The first directory that was asked about on it.
  public var path: String
  /// At most `Int.mostBelieved`, and so of the inodes.
  public var bytes: UInt64
  /// Nil where the file system makes inodes as it needs them.
  public var inodes: UInt64?

  public init(path: String, bytes: UInt64, inodes: UInt64?) {
    self.path = path
    self.bytes = bytes
    self.inodes = inodes
  }

  /// Each file system that these directories lie on, once. A directory that isn't there is left out.
  ///
  /// - Returns: besides, of each directory, the `path` of the file system that it lies on.
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
