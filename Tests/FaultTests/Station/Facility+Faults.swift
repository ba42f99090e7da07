@testable import Harness

extension Facility {
  static let ext4 = Self(
    "root, a free loop device and mkfs.ext4", isThere: Image.canBeMade(.ext4))
  static let xfs = Self(
    "root, a free loop device, XFS in the kernel and mkfs.xfs", isThere: Image.canBeMade(.xfs))
  static let strace = Self(
    "strace, and the right to trace a child", isThere: Strace.canAttach())
}
