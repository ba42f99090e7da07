import Foundation
import Testing

/// A facility of the machine that a test needs beyond a user's rights.
struct Facility: Sendable {
  let name: String
  let isThere: Bool

  init(_ name: String, isThere: Bool) {
    self.name = name
    self.isThere = isThere
  }

  static let machine = Self(
    "root, systemd-container and overlayfs", isThere: (try? Machine.open { _ in }) != nil)
  static let trixie = Self(
    "root, mmdebstrap and Debian's mirror", isThere: (try? DebianTree.trixie.get()) != nil)
}

extension Trait where Self == ConditionTrait {
  /// Skips a test where a facility is missing, with a line that is hard to overlook.
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
