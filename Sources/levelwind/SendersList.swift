import ArgumentParser
import Foundation
import Verification

/// `levelwind senders list`: every sender that is known.
struct SendersList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the senders that there are presets for.")

  @Flag(help: "Print a JSON array.")
  var json = false

  func run() throws {
    if json {
      print(try SenderPage.json(Sender.all.map(SenderPage.init)))
      return
    }
    let width = Sender.all.map(\.name.count).max() ?? 0
    for sender in Sender.all {
      let name = sender.name.padding(toLength: width + 2, withPad: " ", startingAt: 0)
      print(name + sender.title + (sender.evidence == .unconfirmed ? " (unconfirmed)" : ""))
    }
  }
}
