import Foundation
import Testing

/// What the README and the manual show, for tests to run.
enum Manual {
  /// A fenced block.
  struct Block {
    /// What stands behind ```` ``` ````: `sh`, `yaml`.
    let kind: String
    let text: String
  }

  /// The README, and the pages in `systemd/man`.
  static func pages() throws -> [(name: String, text: String)] {
    let manual = Site.repository.appending(path: "systemd/man")
    let names = try FileManager.default.contentsOfDirectory(atPath: manual.path).sorted()
    let files =
      [Site.repository.appending(path: "README.md")] + names.map { manual.appending(path: $0) }
    return try files.map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
  }

  /// The fenced blocks of a text, in order.
  static func blocks(of text: String) -> [Block] {
    // Every other part is within a fence; its first line is its language.
    text.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 1 }.map { part in
      let lines = part.element.split(separator: "\n", omittingEmptySubsequences: false)
      return Block(kind: String(lines[0]), text: lines.dropFirst().joined(separator: "\n"))
    }
  }

  /// The blocks between two marks such as `<!-- server -->`, which one page has.
  static func blocks(between mark: String) throws -> [Block] {
    let marked = try pages().map { $0.text.components(separatedBy: "<!-- \(mark) -->\n") }
      .filter { $0.count > 1 }
    try #require(marked.count == 1 && marked[0].count == 3, "one page has two marks \(mark)")
    return blocks(of: marked[0][1])
  }

  /// The lines between two marks that run `levelwind`, without the remarks behind them.
  static func commands(between mark: String) throws -> [String] {
    try blocks(between: mark).flatMap { commands(in: $0.text) }
  }

  /// The first line of any page that begins so, without the remark behind it.
  static func command(_ start: String) throws -> String {
    let all = try pages().flatMap { blocks(of: $0.text) }.flatMap { commands(in: $0.text) }
    return try #require(all.first { $0.hasPrefix(start) }, "no page has \(start)")
  }

  static func commands(in text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("levelwind ") }.map { line in
      let command = line.firstRange(of: "  #").map { line[..<$0.lowerBound] } ?? line
      return command.trimmingCharacters(in: .whitespaces)
    }
  }

  /// Runs what a page shows in a folder, as a shell does whose `levelwind` knows a configuration.
  /// After so many seconds its `levelwind` is ended, with status 124; 0 for never.
  static func run(
    _ script: String, in folder: Folder, configuration: String, seconds: Int = 0
  ) throws -> Tool.Result {
    // The configuration goes before what is behind `--`.
    try folder.writeProgram(
      """
      #!/bin/bash
      options=()
      while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
      exec timeout \(seconds) \(Site.levelwind) "${options[@]}" --config \(configuration) "$@"

      """, to: "bin/levelwind")
    return try Tool.run(
      "bash",
      ["-c", "cd \(folder.path) && PATH=\(folder("bin").path):$PATH\n\(script)"])
  }
}
