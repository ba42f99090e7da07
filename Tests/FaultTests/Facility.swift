import Foundation
import Testing

/// What a test needs of the machine beyond a user's rights.
enum Facility: String {
  case ext4 = "root, a free loop device and mkfs.ext4"
  case xfs = "root, a free loop device, XFS in the kernel and mkfs.xfs"
  case strace = "strace, and the right to trace a child"

  var isThere: Bool {
    switch self {
    case .ext4: Self.hasExt4
    case .xfs: Self.hasXFS
    case .strace: Self.hasStrace
    }
  }

  private static let hasExt4 = Image.canBeMade(.ext4)
  private static let hasXFS = Image.canBeMade(.xfs)
  private static let hasStrace = Strace.canAttach()
}

extension Trait where Self == ConditionTrait {
  /// Skips a test where something is missing, and says so where nobody can overlook it.
  static func needs(_ facility: Facility, toProve what: String) -> Self {
    let remark = "NOT PROVED HERE: \(what). It needs \(facility.rawValue)."
    return .enabled(Comment(rawValue: remark)) {
      if facility.isThere { return true }
      FileHandle.standardError.write(Data("\n*** \(remark)\n\n".utf8))
      return false
    }
  }
}
