import Foundation

/// A clock that only one process sees.
enum Clock {
  /// Returns arguments of `env` by which a program's clock begins at another time, and goes on from
  /// there.
  static func environment(_ clock: String) throws -> [String] {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
    let libraries = folders.map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" }
    guard let library = libraries.first(where: { FileManager.default.fileExists(atPath: $0) })
    else { throw NotYet(description: "Debian's package faketime is missing") }
    // faketime changes its environment. The second env keeps that from Swift, which must not see it
    // change.
    return [
      "LD_PRELOAD=\(library)", "FAKETIME=@\(clock)", "FAKETIME_DONT_FAKE_MONOTONIC=1", "env",
    ]
  }
}
