import Foundation
import Testing

@testable import Harness

/// What the program says of itself, word for word: `Golden/` holds it, so that a change is seen as
/// a change. `Tests/Tools/golden` writes the files anew.
@Suite struct GoldenTests {
  @Test func `help texts, commands' pages and the reference say what they said`() throws {
    let fresh = try Folder(named: "golden")
    defer { fresh.remove() }
    let tests = Site.repository.appending(path: "Tests")
    let golden = tests.appending(path: "Tools/golden").path
    let made = try Tool.run(golden, [Site.levelwind, fresh.path])
    try #require(made.status == 0, "\(made.errors)")
    let compared = try Tool.run(
      "diff",
      ["--recursive", "--unified=1", tests.appending(path: "SystemdTests/Golden").path, fresh.path])
    #expect(
      compared.status == 0,
      "Tests/Tools/golden writes them anew from the build:\n\(compared.text.prefix(4000))")
  }

  @Test func `every manual page is one that man can set`() throws {
    let folder = try Folder(named: "manual")
    defer { folder.remove() }
    let made = try Tool.run(
      Site.repository.appending(path: "systemd/manual").path, [Site.levelwind, folder.path])
    try #require(made.status == 0, "\(made.errors)")
    for section in ["man1", "man5", "man7"] {
      for page in folder.names(in: section) {
        let set = try Tool.run(
          "groff", ["-man", "-Tutf8", "-ww", "-z", "-K", "utf8", folder("\(section)/\(page)").path])
        #expect(set.status == 0 && set.errors == "", "\(page): \(set.errors)")
      }
    }
  }
}
