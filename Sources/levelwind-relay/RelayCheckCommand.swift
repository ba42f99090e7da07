import ArgumentParser
import Importing
import Relaying
import Webhooks

/// `levelwind-relay check`: tries the connection of each relay.
struct RelayCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Tries the connection of each relay, and sends nothing.",
    discussion: """
      All are tried at the same time: name, address, TLS, user and password; the table of a \
      database, with the right to insert; the queue of a broker, which is declared where the relay \
      does so. A server that is asked over HTTP sees a connection, and no request. `levelwind check` \
      looks at the files alone, and works offline.

      Run it as the relay's user, who reads the secrets: sudo -u levelwind-relay levelwind-relay \
      check. Exit 0 if all can be reached, 1 if one can't.
      """)

  @OptionGroup var configuration: RelayOptions
  @OptionGroup var fetching: RelayFetchingOptions
  @Option(help: ArgumentHelp("How long each may take, in seconds.", valueName: "seconds"))
  var timeout = 10

  func validate() throws {
    guard (1...600).contains(timeout) else {
      throw ValidationError("--timeout has to be from 1 to 600 seconds")
    }
  }

  func run() throws {
    let loading = configuration.load()
    let errors = loading.problems.filter { $0.severity == .error }
    guard let snapshot = loading.snapshot, errors.isEmpty else {
      throw ExitCode.because(1, errors.map(\.description).joined(separator: "\n"))
    }
    let objections = Relaying.check(
      snapshot.relayedSpools, through: fetching.fetcher, within: .seconds(timeout))
    for (incoming, objection) in objections {
      // The reason may come from a server.
      ExitCode.say("\(incoming): \(objection ?? "works")")
    }
    if objections.contains(where: { $0.objection != nil }) { throw ExitCode(1) }
  }
}
