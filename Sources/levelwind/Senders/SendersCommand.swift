import ArgumentParser
import FoundationEssentials
import Verification

/// `levelwind senders`: what is known about senders.
struct SendersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "senders",
    abstract: "Shows the presets for well-known senders.",
    subcommands: [SendersListCommand.self, SendersShowCommand.self])
}

/// `levelwind senders list`: every sender that is known.
struct SendersListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the senders that have a preset.",
    discussion: """
      It marks presets that are unconfirmed, and senders that never send a failed delivery again. \
      Of the others, levelwind senders show says what is known.
      """)

  @Flag(help: "Print a JSON array.")
  var json = false

  func run() throws {
    if json {
      print(try SenderPage.json(Sender.all.map(SenderPage.init)))
      return
    }
    let width = Sender.all.map(\.name.count).max() ?? 0
    for sender in Sender.all {
      let name = sender.name.padded(to: width + 2)
      let marks = [
        sender.evidence == .unconfirmed ? "unconfirmed" : nil,
        sender.retries.areNone ? "never sends again" : nil,
      ].compactMap(\.self)
      print(name + sender.title + (marks.isEmpty ? "" : " (\(marks.joined(separator: ", ")))"))
    }
  }
}

/// `levelwind senders show`: one sender.
struct SendersShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Says how a sender proves itself, what answers it expects, and how to configure it.",
    discussion: """
      Retries says what the sender does by itself after a delivery that failed, with the page of \
      its documentation, or its code, that says so.
      """)

  @Argument(help: "The sender's name, from levelwind senders list.", completion: .senders)
  var name: String
  @Flag(help: "Print a JSON object.")
  var json = false

  func run() throws {
    guard let sender = Sender.named(name) else {
      let hint = NearName.hint(sender: name)
      throw ExitCode.because(
        1, "no sender is called \"\(name)\"\(hint); see levelwind senders list")
    }
    let page = SenderPage(sender)
    print(json ? try SenderPage.json(page) : page.text)
  }
}
