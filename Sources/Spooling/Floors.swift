/// What commits leave free on a file system: below it, deliveries are refused until there is room.
public struct Floors: Sendable, Equatable, Codable {
  /// `min_free`, in bytes.
  public var bytes: UInt64
  /// `min_free_inodes`.
  public var inodes: UInt64

  public init(bytes: UInt64, inodes: UInt64) {
    self.bytes = bytes
    self.inodes = inodes
  }

  /// What is short, in words; nil if there is room.
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
