import ArgumentParser
import Verification

/// `levelwind senders show`: one sender.
struct SendersShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Says how a sender proves itself, what it wants back, and how to configure it.")

  @Argument(help: "The sender's name, from levelwind senders list.")
  var name: String
  @Flag(help: "Print a JSON object.")
  var json = false

  func run() throws {
    guard let sender = Sender.named(name) else {
      throw ExitCode.because(1, "no sender is called \"\(name)\"; see levelwind senders list")
    }
    let page = SenderPage(sender)
    print(json ? try SenderPage.json(page) : page.text)
  }
}
