import Foundation
import Testing

/// The Debian package with the program of this build. `Tests/Tools/debian` makes it, once a run.
/// LEVELWIND_PACKAGE can name another to test, such as a release.
enum DebianPackage {
  /// Returns the package with this build's version.
  static func current() throws -> URL { try given ?? built.get() }
  /// Returns the package of `levelwind-relay` with this build's version.
  static func relay() throws -> URL { try builtRelay.get() }
  /// Returns the same package under a later version, to upgrade to.
  static func next() throws -> URL { try upgrade.get() }

  private static let given = ProcessInfo.processInfo.environment["LEVELWIND_PACKAGE"].map {
    URL(filePath: $0)
  }
  private static let built = Result { try make() }
  private static let builtRelay = Result { try make(product: "levelwind-relay") }
  // This waits for the other, since both link the same program.
  private static let upgrade =
    given.map { given in Result { try renumber(given) } }
    ?? built.flatMap { _ in Result { try make(later) } }
  private static let later = "9.0.0"
  private static let folder = Site.repository.appending(path: ".build/package").path

  private static func make(
    _ version: String..., product: String = "levelwind"
  ) throws -> URL {
    let made = try Tool.run(
      "env",
      ["PRODUCT=\(product)", Site.repository.appending(path: "Tests/Tools/debian").path, folder]
        + version)
    try #require(made.status == 0, "\(made.errors)")
    return URL(filePath: made.text.trimmingCharacters(in: .newlines))
  }

  /// Gives a package the later version.
  private static func renumber(_ package: URL) throws -> URL {
    let made = try Tool.run(
      "bash",
      [
        "-euc",
        """
        mkdir -p "$2"
        files=$(mktemp -d)
        trap 'rm -rf "$files"' EXIT
        dpkg-deb --raw-extract "$1" "$files"
        sed -i 's/^Version: .*/Version: \(later)/' "$files/DEBIAN/control"
        dpkg-deb --root-owner-group -Zgzip -z1 --build "$files" "$2/levelwind_given_\(later).deb" >/dev/null
        echo "$2/levelwind_given_\(later).deb"
        """, "bash", package.path, folder,
      ])
    try #require(made.status == 0, "\(made.errors)")
    return URL(filePath: made.text.trimmingCharacters(in: .newlines))
  }
}
