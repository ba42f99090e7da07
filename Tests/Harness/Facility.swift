import Foundation
import Testing

/// What a test needs of the machine beyond a user's rights.
struct Facility: Sendable {
  let name: String
  let isThere: Bool

  init(_ name: String, isThere: Bool) {
    self.name = name
    self.isThere = isThere
  }

  static let machine = Self(
    "root, systemd-container and overlayfs", isThere: (try? Machine.open { _ in }) != nil)
}

extension Trait where Self == ConditionTrait {
  /// Skips a test where something is missing, and says so where nobody can overlook it.
  static func needs(
    _ facility: @autoclosure @escaping @Sendable () -> Facility, toProve what: String
  ) -> Self {
    .enabled("it needs what this machine lacks") {
      let facility = facility()
      if facility.isThere { return true }
      let remark = "NOT PROVED HERE: \(what). It needs \(facility.name)."
      FileHandle.standardError.write(Data("\n*** \(remark)\n\n".utf8))
      return false
    }
  }
}
