import Foundation
import Testing

/// What the README shows, for tests to run.
enum Readme {
  /// The fenced blocks between two marks such as `<!-- importers -->`, in order.
  static func blocks(between mark: String) throws -> [String] {
    let readme = try String(
      contentsOf: Site.repository.appending(path: "README.md"), encoding: .utf8)
    let parts = readme.components(separatedBy: "<!-- \(mark) -->\n")
    try #require(parts.count == 3, "the README has two marks <!-- \(mark) -->")
    // Every other part is within a fence; its first line is its language.
    return parts[1].components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element.drop { $0 != "\n" }.dropFirst()) }
  }
}
