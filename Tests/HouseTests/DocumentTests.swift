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

  @Test func `the events on the list are logged, and no others`() throws {
    var (texts, names): ([String], Set<String>) = ([], [])
    for folder in [
      "Webhooks/EventLog", "Serving", "Administration", "levelwind", "levelwind-relay",
    ] {
      for file in Repository.swiftFiles(in: "Sources/\(folder)") {
        let text = try String(contentsOf: file, encoding: .utf8)
        guard file.lastPathComponent != "Event.swift" else {
          names = Set(text.matches(of: #/static let (\w+) = Event\(/#).map { String($0.1) })
          continue
        }
        texts.append(text)
        let logged = #/(?:log\.\w+\(\s*(?:level:[^"]*?,\s*)?|message: )"([^"\\]+)"/#
        #expect(text.matches(of: logged).map { String($0.1) } == [], "\(file.lastPathComponent)")
      }
    }
    #expect(names.count > 20)
    let code = texts.joined()
    let unused = try names.filter { try !code.contains(Regex("\\.\($0)\\b")) }
    #expect(unused == [], "nothing logs them")
  }
}
