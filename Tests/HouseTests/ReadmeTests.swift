import Foundation
import Testing
import Webhooks

/// What the README says that is made from the code.
@Suite struct ReadmeTests {
  @Test func `the README's reference of keys is the one the options make`() throws {
    let readme = try Repository.text("README.md")
    let parts = readme.components(separatedBy: "<!-- keys -->\n")
    try #require(parts.count == 3, "the reference stands between two <!-- keys --> marks")
    if parts[1] != OptionTable.reference {
      let fresh = FileManager.default.temporaryDirectory.appending(path: "levelwind-keys.md")
      try OptionTable.reference.write(to: fresh, atomically: true, encoding: .utf8)
      Issue.record("it is out of date; the fresh one is \(fresh.path)")
    }
  }
}
