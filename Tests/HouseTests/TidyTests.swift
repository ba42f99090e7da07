import Foundation
import Testing

/// The rules of style that a program can check (design, section 9; .github/CONTRIBUTING.md says
/// why each of them holds).
@Suite struct TidyTests {
  private static let sources = Repository.swiftFiles(in: "Sources")
  private static let tests = Repository.swiftFiles(in: "Tests")

  /// A Swift file's lines with their numbers, from 1.
  private static func lines(of file: URL) throws -> [(number: Int, text: Substring)] {
    let text = try String(contentsOf: file, encoding: .utf8)
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .map { ($0 + 1, $1) }
  }

  private static func isComment(_ line: Substring) -> Bool {
    line.drop { $0 == " " }.hasPrefix("//")
  }

  private static func place(_ file: URL, _ line: Int) -> String {
    "\(file.path.dropFirst(Repository.root.path.count + 1)):\(line)"
  }

  /// The formatter breaks lines of code; comments are left to their authors.
  @Test func `comments have at most 100 columns`() throws {
    var found: [String] = []
    for file in Self.sources + Self.tests {
      for (number, line) in try Self.lines(of: file)
      where line.count > 100 && Self.isComment(line) {
        found.append(Self.place(file, number))
      }
    }
    #expect(found == [])
  }

  @Test func `a file of the program has at most 250 lines`() throws {
    let long = try Self.sources.filter { try Self.lines(of: $0).count > 251 }
    #expect(long.map(\.lastPathComponent) == [])
  }

  /// One screen.
  @Test func `a function of the program has at most 60 lines`() throws {
    var found: [String] = []
    for file in Self.sources {
      var begun: (indent: Int, line: Int)?
      for (number, line) in try Self.lines(of: file) {
        let indent = line.prefix { $0 == " " }.count
        let text = line.dropFirst(indent)
        if let function = begun, indent == function.indent, text.hasPrefix("}") {
          if number - function.line > 60 { found.append(Self.place(file, function.line)) }
          begun = nil
        } else if text.contains("func ") || text.contains("init("), !Self.isComment(line) {
          begun = (indent, number)
        }
      }
    }
    #expect(found == [])
  }

  @Test func `a folder has at most 25 Swift files`() {
    let folders = Dictionary(grouping: Self.sources + Self.tests) {
      $0.deletingLastPathComponent().path
    }
    #expect(folders.filter { $1.count > 25 }.keys.sorted() == [])
  }

  /// Phrases that a stranger reads twice.
  private static let banned = [
    "be it", "whoever", "of which", "is no", "is none", "are no", "are none", "was no",
    "was none", "meanwhile", "nor is", "nor are", "nor does",
  ]

  /// Returns the banned phrases of a line. "There is no X" is plain.
  private static func phrases(in line: Substring) -> [String] {
    let words = line.lowercased().split { !$0.isLetter }.joined(separator: " ")
    let rest = " \(words) ".replacing(#/there (?:is|are|was) (?:no|none)\b/#, with: "")
    return banned.filter { rest.contains(" \($0) ") }
  }

  @Test(arguments: [
    (#"throw .unverified("the body is no form")"#, ["is no"]),
    (#"+ "masks them, be it in a header, or meanwhile.""#, ["be it", "meanwhile"]),
    ("/// A file that is none.", ["is none"]),
    (#""there is no user \(name)""#, []), ("there are none. It is not.", []),
    ("guard let isNone = nor else", []),
  ])
  func `a phrase is found in a comment, in a string and in prose`(
    line: String, phrases: [String]
  ) {
    #expect(Self.phrases(in: line[...]) == phrases)
  }

  /// Whole lines of the program are looked at, comments and strings alike: identifiers are single
  /// words. Names of tests are left out.
  @Test func `texts and documents are free of words that are read twice`() throws {
    var found: [String] = []
    func look(_ line: Substring, _ place: String) {
      found += Self.phrases(in: line).map { "\(place): \($0)" }
    }
    for file in Self.sources {
      for (number, line) in try Self.lines(of: file) { look(line, Self.place(file, number)) }
    }
    for file in Self.tests {
      for (number, line) in try Self.lines(of: file) where Self.isComment(line) {
        look(line, Self.place(file, number))
      }
    }
    // The golden files are the program's own words; the style page quotes what it bans.
    let settings = ["conf", "service", "socket", "timer", "path", "yaml"]
    let installed = ["nginx", "systemd"].flatMap(Repository.files(in:))
      .filter { settings.contains($0.pathExtension) }
    for file in Repository.documents + installed
    where !file.path.contains("/Golden/") && file.lastPathComponent != "CONTRIBUTING.md" {
      for (number, line) in try Self.lines(of: file) { look(line, Self.place(file, number)) }
    }
    #expect(found == [])
  }

  @Test func `no two modules have a type of one name`() throws {
    var places: [String: Set<String>] = [:]
    let keywords: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "typealias"]
    for file in Self.sources {
      for (_, line) in try Self.lines(of: file) where line.first?.isLetter == true {
        let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        guard !words.contains("private"), !words.contains("fileprivate"),
          let keyword = words.firstIndex(where: keywords.contains), keyword + 1 < words.count,
          words[..<keyword].allSatisfy({ ["public", "package", "final", "indirect"].contains($0) })
        else { continue }
        places[String(words[keyword + 1]), default: []].insert(file.path)
      }
    }
    #expect(places.count > 300)
    #expect(places.filter { $1.count > 1 }.map(\.key).sorted() == [])
  }

  @Test func `links of documents lead somewhere`() throws {
    var found: [String] = []
    let link = /\]\(([^)#\s]+)[^)]*\)/
    for file in Repository.documents {
      for (number, line) in try Self.lines(of: file) {
        for match in line.matches(of: link) where !match.1.contains(":") {
          let target = file.deletingLastPathComponent().appending(path: String(match.1))
          if !FileManager.default.fileExists(atPath: target.path) {
            found.append("\(Self.place(file, number)): \(match.1)")
          }
        }
      }
    }
    #expect(found == [])
  }
}
