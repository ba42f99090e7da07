import Bytes
import FoundationEssentials

/// The reason why a text isn't a jq program, in jq's words.
public struct JQSyntaxError: Error {
  /// The problems in jq's words, in one line.
  public let message: String

  /// - Parameter messages: libjq's messages, one a problem. Their line numbers include the prelude.
  init(_ messages: [String]) {
    let problems = messages.filter { !$0.contains(/^jq: \d+ compile errors?$/) }
    message = problems.map(Self.readable).joined(separator: "; ")
  }

  private static func readable(_ message: String) -> String {
    var text = message.replacing("jq: error: ", with: "")
      .replacing(" (Unix shell quoting issues?)", with: "")
    // The message ends with the text of the line, padded with blanks.
    let lines = text.split(separator: "\n", maxSplits: 1)
    text = lines.first.map(String.init) ?? text
    guard let place = text.firstMatch(of: /\ at <top-level>, line (\d+):$/),
      let line = Int(place.output.1)
    else { return text }
    let what = text[..<place.range.lowerBound]
    guard line > JQPrelude.lines else { return "\(what): there is no program" }
    let shown = lines.count > 1 ? lines[1].trimmed : ""
    return "\(what) in its line \(line - JQPrelude.lines): \(shown.prefix(200))"
  }
}
