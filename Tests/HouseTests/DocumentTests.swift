import Foundation
import Testing

/// The README and the manual, as texts.
@Suite struct DocumentTests {
  @Test func `the README has at most 250 lines`() throws {
    #expect(try Repository.text("README.md").count { $0 == "\n" } <= 250)
  }

  @Test func `every link to a file leads to one`() throws {
    let pages = Repository.files(in: ".").filter { $0.pathExtension == "md" }
    #expect(pages.count > 10)
    for page in pages {
      let text = try String(contentsOf: page, encoding: .utf8)
      for link in text.matches(of: #/\]\(([^)#:]+)(#[^)]*)?\)/#) {
        let target = page.deletingLastPathComponent().appending(path: String(link.1))
        #expect(
          FileManager.default.fileExists(atPath: target.path), "\(page.path): \(link.1)")
      }
    }
  }

  @Test func `every command that a page refers to has a page, and every page exists`() throws {
    let golden = try Repository.text("Tests/SystemdTests/Golden/commands.1.txt")
    let commands = Set(golden.matches(of: #/==> (\S+)\.1 <==/#).map { String($0.1) })
    let manual = Repository.root.appending(path: "systemd/man")
    for page in Repository.files(in: "systemd/man") {
      let text = try String(contentsOf: page, encoding: .utf8)
      for name in text.matches(of: #/`(levelwind[a-z.-]*)`\((\d)\)/#) {
        let file = manual.appending(path: "\(name.1).\(name.2).md").path
        let isThere =
          name.2 == "1"
          ? commands.contains(String(name.1)) : FileManager.default.fileExists(atPath: file)
        #expect(isThere, "\(page.lastPathComponent): \(name.1)(\(name.2))")
      }
    }
  }

  @Test func `each test in the table of faults exists`() throws {
    let page = try Repository.text("systemd/man/levelwind-durability.7.md")
    let names = page.matches(of: #/`([A-Za-z]+Tests)`/#).map { "\($0.1).swift" }
    #expect(names.count > 15)
    let there = Set(Repository.files(in: "Tests").map(\.lastPathComponent))
    #expect(names.filter { !there.contains($0) } == [])
  }

  @Test func `the log's page has every event that the code logs, and no other`() throws {
    let page = try Repository.text("systemd/man/levelwind-log.5.md")
    let rows = page.matches(of: #/\n\| `([^`]+)` \| (?:info|notice|warning|error)/#)
    let events = Set(rows.map { String($0.1) })
    let logged =
      #/(?:log\.\w+\(\s*(?:level:[^"]*?,\s*)?|message(?:: | = )|said\(\s*of:[^"]*?)"([^"\\]+)"/#
    var found: Set<String> = []
    var sources = ""
    for folder in ["Sources/Webhooks/EventLog", "Sources/Serving", "Sources/levelwind"] {
      for file in Repository.swiftFiles(in: folder) {
        let text = try String(contentsOf: file, encoding: .utf8)
        sources += text
        found.formUnion(text.matches(of: logged).map { String($0.1) })
      }
    }
    #expect(found.count > 20)
    #expect(found.subtracting(events) == [], "levelwind-log.5.md lacks them")
    #expect(events.filter { !sources.contains("\"\($0)\"") } == [], "nothing logs them")
  }
}
