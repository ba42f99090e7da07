import Foundation
import Testing

/// A block of code in the README, between two marks.
struct ReadmeBlock {
  /// What stands behind ```` ``` ````: `sh`, `yaml`.
  let kind: String
  let text: String

  /// The blocks between two equal marks, in order.
  static func all(between mark: String) throws -> [ReadmeBlock] {
    let readme = try String(
      contentsOf: Site.repository.appending(path: "README.md"), encoding: .utf8)
    let parts = readme.components(separatedBy: mark + "\n")
    try #require(parts.count == 3, "the README has no two marks \(mark)")
    let pieces = parts[1].components(separatedBy: "```")
    return stride(from: 1, to: pieces.count, by: 2).map { index in
      let lines = pieces[index].split(separator: "\n", omittingEmptySubsequences: false)
      return ReadmeBlock(
        kind: String(lines[0]), text: lines.dropFirst().joined(separator: "\n"))
    }
  }
}
