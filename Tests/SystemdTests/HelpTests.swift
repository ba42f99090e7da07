import Foundation
import Testing

@testable import Harness

/// The help on a terminal of 80 columns, wrapped once by swift-argument-parser. A text that is
/// wrapped in the source would be wrapped again, and leave single words on lines of their own.
@Suite struct HelpTests {
  /// A command, as `--experimental-dump-help` describes it.
  private struct Command: Decodable {
    var commandName: String
    var discussion: String?
    var subcommands: [Command]?
    var shouldDisplay: Bool

    /// Returns each command below this one, with the words that are typed before `--help`.
    func all(_ path: [String] = []) -> [(path: [String], discussion: String)] {
      [(path, discussion ?? "")]
        + (subcommands ?? []).filter { $0.commandName != "help" && $0.shouldDisplay }
        .flatMap { $0.all(path + [$0.commandName]) }
    }
  }

  private struct Dump: Decodable { var command: Command }

  private static func said(_ arguments: [String]) throws -> String {
    try Tool.run("env", ["COLUMNS=80", Site.levelwind] + arguments).text
  }

  @Test func `every help text is whole at 80 columns, and wrapped once`() throws {
    let dump = try JSONDecoder().decode(
      Dump.self, from: Data(Self.said(["--experimental-dump-help"]).utf8))
    let commands = dump.command.all()
    #expect(commands.count > 40)
    for command in commands {
      let lines = try Self.said(command.path + ["--help"]).split(
        separator: "\n", omittingEmptySubsequences: false)
      let name = command.path.joined(separator: " ")
      // The library prints the synopsis in one line, which the terminal wraps.
      for line in lines where !line.hasPrefix("USAGE:") {
        #expect(line.count <= 80, "\(name): \(line)")
      }
      for example in command.discussion.split(separator: "\n") where example.hasPrefix(" ") {
        let isWhole = lines.contains(example)
        #expect(isWhole, "\(name): the example is not whole: \(example)")
      }
      let prose = lines.prefix { !$0.hasPrefix("USAGE:") }
      for (line, next) in zip(prose, prose.dropFirst())
      where !line.isEmpty && !line.hasPrefix(" ") && !next.hasPrefix(" ") {
        guard let word = next.split(separator: " ").first else { continue }
        #expect(
          line.count + 1 + word.count >= 80, "\(name): \(word) had room at the end of: \(line)")
      }
    }
  }
}
