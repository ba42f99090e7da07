import Foundation
import Testing

@testable import Harness

/// Help as a terminal of 80 columns shows it: wrapped once, by swift-argument-parser. A text that is already
/// wrapped in the source is wrapped again there, and leaves single words on lines of their own.
@Suite struct HelpTests {
  /// What a command says of itself, as `--experimental-dump-help` prints it.
  private struct Command: Decodable {
    var commandName: String
    var discussion: String?
    var subcommands: [Command]?

    /// Each command below this one, with the words that are typed before `--help`.
    func all(_ path: [String] = []) -> [(path: [String], discussion: String)] {
      [(path, discussion ?? "")]
        + (subcommands ?? []).filter { $0.commandName != "help" }
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
      // The library prints the synopsis in one line; the terminal wraps it.
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
