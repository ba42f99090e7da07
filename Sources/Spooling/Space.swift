/// What a file system has left for a process that is not root's.
public struct Space: Sendable, Equatable {
  public var bytes: UInt64
  /// Nil where the file system makes inodes as it needs them (btrfs).
  public var inodes: UInt64?

  public init(bytes: UInt64, inodes: UInt64?) {
    self.bytes = bytes
    self.inodes = inodes
  }
}
