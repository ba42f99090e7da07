/// What a file system has left for a process that is not root's.
public struct Space: Sendable, Equatable {
  public var bytes: UInt64
  /// Nil where the file system makes inodes as it needs them (btrfs).
  public var inodes: UInt64?
  /// Nothing can be written there: the file system is mounted so, also by a service's sandbox.
  public var isReadOnly: Bool

  public init(bytes: UInt64, inodes: UInt64?, isReadOnly: Bool = false) {
    self.bytes = bytes
    self.inodes = inodes
    self.isReadOnly = isReadOnly
  }
}
