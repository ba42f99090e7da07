import Administration
import ArgumentParser
import FoundationEssentials
import Glibc
import Verification
import Webhooks

/// `levelwind keys refresh`: fetches the keys that senders publish.
struct KeysRefreshCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refresh", abstract: "Fetches the public keys that webhooks need.",
    discussion: """
      Fetches the keys that the senders of the configured webhooks publish at fixed URLs, if the \
      last fetch was more than six hours ago or a delivery wanted the key. It also fetches the \
      keys at the URLs that deliveries named. Keys are fetched from the hosts of each sender's \
      preset alone, over https, without redirects, from public addresses, with at most 256 KiB and \
      10 s each. A URL without a valid key is tried again after an hour. The keys go into the \
      state directory, where the responder finds them without a reload. Exit 1 if a key could not \
      be fetched; the key from before then stays.

      eBay shows its keys only to applications that log in. The service finds the id and the \
      secret of your application in the credential ebay-login (LoadCredential=ebay-login:FILE). On \
      the command line, --login names the file.
      """)

  @OptionGroup var configuration: ConfigurationOptions
  @OptionGroup var fetching: FetchingOptions
  @Option(
    help: ArgumentHelp(
      "A file with id:secret of your application at a sender that needs a login; may be repeated.",
      valueName: "sender=file"),
    transform: { text in
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let sender = Sender.named(parts[0]), sender.keyLogin != nil else {
        let names = Sender.all.filter { $0.keyLogin != nil }.map(\.name).joined(separator: ", ")
        throw ValidationError("expected SENDER=FILE, with a sender that needs a login: \(names)")
      }
      return (sender: sender.name, file: parts[1])
    })
  var login: [(sender: String, file: String)] = []
  @Flag(help: "Fetch all keys again, whatever their age.")
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
        "\(refresh.passedOver) wanted \(refresh.passedOver == 1 ? "key was" : "keys were") "
          + "invalid less than an hour ago, and not fetched again: --all fetches all keys")
    }
    for line in refresh.failures { Output.write("\(line)\n", to: STDERR_FILENO) }
    if !refresh.failures.isEmpty { throw ExitCode(1) }
  }

  private func logins() throws -> KeyLogins {
    do {
      return try KeyLogins(
        files: Dictionary(login.map { ($0.sender, $0.file) }) { $1 },
        credentials: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"])
    } catch {
      throw ExitCode.because(1, "\(error)")
    }
  }
}
