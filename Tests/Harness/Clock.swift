import Foundation

/// A clock of a process's own.
enum Clock {
  /// What `env` is told so that a program's clock begins elsewhere, and goes on from there.
  static func environment(_ clock: String) throws -> [String] {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
    let libraries = folders.map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" }
    guard let library = libraries.first(where: { FileManager.default.fileExists(atPath: $0) })
    else { throw NotYet(description: "Debian's package faketime is missing") }
    // The second env: what faketime changes in its environment, Swift must not see change.
    return [
      "LD_PRELOAD=\(library)", "FAKETIME=@\(clock)", "FAKETIME_DONT_FAKE_MONOTONIC=1", "env",
    ]
  }
}
