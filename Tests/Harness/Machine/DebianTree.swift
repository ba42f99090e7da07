import Foundation
import Testing

/// The root file systems of other Debians, which `Tests/Tools/root` makes and keeps.
enum DebianTree {
  /// Debian 13.
  static let trixie = Result { try make("trixie") }

  private static func make(_ release: String) throws -> String {
    let made = try Tool.run(Site.repository.appending(path: "Tests/Tools/root").path, [release])
    try #require(made.status == 0, "\(made.errors)")
    return made.text.trimmingCharacters(in: .newlines)
  }
}
