import Foundation
import Testing

/// The package, with the program of this build in it. `Tests/debian` makes it, once a run; or the tests are
/// given another, such as a release, in LEVELWIND_PACKAGE.
enum DebianPackage {
  /// The version of this build.
  static func current() throws -> URL {
    let given = ProcessInfo.processInfo.environment["LEVELWIND_PACKAGE"]
    return try given.map { URL(filePath: $0) } ?? built.get()
  }
  /// The same under a later version, to upgrade to.
  static func next() throws -> URL { try upgrade.get() }

  private static let built = Result { try make() }
  // Behind the other: both have the same program linked.
  private static let upgrade = built.flatMap { _ in Result { try make("9.0.0") } }

  private static func make(_ version: String...) throws -> URL {
    let made = try Tool.run(
      Site.repository.appending(path: "Tests/debian").path,
      [Site.repository.appending(path: ".build/package").path] + version)
    try #require(made.status == 0, "\(made.errors)")
    return URL(filePath: made.text.trimmingCharacters(in: .newlines))
  }
}
