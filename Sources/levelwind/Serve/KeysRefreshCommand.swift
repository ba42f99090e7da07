import Administration
import ArgumentParser
import Foundation
import Verification
import Webhooks

/// `levelwind keys refresh`: fetches the keys that senders publish.
struct KeysRefreshCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refresh", abstract: "Fetches the public keys that webhooks need.",
    discussion: """
      Fetches what the senders of the configured webhooks publish at fixed URLs, where that is \
      older than six hours or wanted, and the keys that deliveries were in want of, from the \
      hosts of each sender's preset alone: https, no redirects, no address that isn't public, \
      256 KiB and 10 s at most; what was no key is asked for again after an hour. They go into \
      the state directory, where the responder finds them by itself. Exit 1 if one could not be \
      fetched; what there was before stays.

      eBay shows its keys to applications that log in. As a service it finds id and secret of \
      yours in the credential ebay-login (LoadCredential=ebay-login:FILE), else --login names \
      the file.
      """)

  @OptionGroup var configuration: ConfigurationOptions
  @OptionGroup var fetching: FetchingOptions
  @Option(
    help: ArgumentHelp(
      "A file with id:secret of your application at a sender that wants a login; repeatable.",
      valueName: "sender=file"),
    transform: { text in
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let sender = Sender.named(parts[0]), sender.keyLogin != nil else {
        let names = Sender.all.filter { $0.keyLogin != nil }.map(\.name).joined(separator: ", ")
        throw ValidationError("expected SENDER=FILE, with a sender that wants a login: \(names)")
      }
      return (sender: sender.name, file: parts[1])
    })
  var login: [(sender: String, file: String)] = []
  @Flag(help: "Fetch everything anew, whatever its age.")
  var all = false

  func run() throws {
    let snapshot = try configuration.snapshot(readsSecrets: false)
    let (logins, fetcher) = (try logins(), fetching.fetcher)
    try StateOwner.become(of: snapshot.settings.state)
    var refresh = KeyRefresh(
      folder: KeyFolder(state: snapshot.settings.state), sources: snapshot.keySources,
      fetcher: fetcher, logins: logins)
    refresh.run(everything: all, now: Date())
    for line in refresh.kept { print(line) }
    if refresh.passedOver > 0 {
      print(
        "\(refresh.passedOver) wanted \(refresh.passedOver == 1 ? "key was" : "keys were") no key within the "
          + "hour, and not asked for: --all asks")
    }
    for line in refresh.failures { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
    if !refresh.failures.isEmpty { throw ExitCode(1) }
  }

  private func logins() throws -> KeyLogins {
    do {
      return try KeyLogins(
        files: Dictionary(login.map { ($0.sender, $0.file) }) { $1 },
        credentials: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"])
    } catch {
      throw ExitCode.because(1, "\(error.localizedDescription)")
    }
  }
}
