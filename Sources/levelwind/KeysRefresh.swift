import ArgumentParser
import Foundation
import Webhooks

/// `levelwind keys refresh`: fetches the keys that senders publish.
struct KeysRefresh: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refresh", abstract: "Fetches the public keys that webhooks need.",
    discussion: """
      Fetches what the senders of the configured webhooks publish at fixed URLs, where that is older
      than six hours or wanted, and the keys that deliveries were in want of, from the hosts of each
      sender's preset alone: https, no redirects, no address that isn't public, 256 KiB and 10 s at
      most. They go into the state directory, where the responder finds them by itself. Exit 1 if
      one could not be fetched; what there was before stays.
      """)

  @OptionGroup var configuration: ConfigurationOptions
  @OptionGroup var fetching: FetchingOptions
  @Flag(help: "Fetch everything anew, whatever its age.")
  var all = false

  func run() throws {
    let snapshot = try configuration.snapshot(readsSecrets: false)
    var refresh = KeyRefresh(
      folder: KeyFolder(state: snapshot.settings.state), sources: snapshot.keySources,
      fetcher: fetching.fetcher)
    refresh.run(everything: all, now: Date())
    for line in refresh.kept { print(line) }
    for line in refresh.failures { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
    if !refresh.failures.isEmpty { throw ExitCode(1) }
  }
}
