import ArgumentParser
import Verification

/// `levelwind senders show`: one sender.
struct SendersShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Says how a sender proves itself, what it wants back, and how to configure it.")

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
