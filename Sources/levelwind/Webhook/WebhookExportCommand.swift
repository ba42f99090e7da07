import Administration
import ArgumentParser
import FoundationEssentials
import Webhooks

/// `levelwind webhook export`: webhooks for another server.
struct WebhookExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes webhooks, and all that they need, as a tar archive for another server.",
    discussion: """
      The archive has the webhooks' files, those of their incoming configurations, their tests with \
      the test secrets, and secrets.txt, the names of their secrets. The same configuration makes \
      the same bytes, so that an archive may lie in git. levelwind webhook import takes it.

        levelwind webhook export shop >shop.tar
        levelwind webhook export shop \\
          | ssh production levelwind webhook import - --yes

      With --with-secrets the archive also has secrets.tar.gpg: the secrets, encrypted with a \
      passphrase. `gpg --decrypt` opens it, so that nobody needs Levelwind to read it. Without, no \
      secret leaves the server, and a webhook with a secret in its own text is refused.

      What lies outside of the configuration, such as programs, isn't in the archive; a note names \
      the keys. Programs run from another server's archive only if its import is told so.
      """)

  @Argument(help: "The webhooks' identifiers.", completion: .webhooks)
  var names: [String]
  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Also the secrets, encrypted. Asks for a passphrase, or takes --passphrase-file.")
  var withSecrets = false
  @OptionGroup var passphrase: PassphraseOptions

  func validate() throws {
    if passphrase.passphraseFile != nil, !withSecrets {
      throw ValidationError("--passphrase-file is for --with-secrets")
    }
  }

  func run() throws {
    try Archive.requireNoTerminal("send it to a file with >FILE")
    try configuration.requireAccess("webhooks", "incoming", "secrets")
    let identifiers = try names.map(Identifier.given)
    let snapshot = try configuration.snapshot(readsSecrets: false)
    for identifier in identifiers where snapshot.webhooks[identifier] == nil {
      throw snapshot.missing(identifier.text)
    }
    let changes = ConfigurationChanges(
      ConfigurationFiles(directory: configuration.directory, group: nil), at: Date())
    let passphrase = withSecrets ? try passphrase.new() : nil
    do throws(ChangeFailure) {
      let export = try ConfigurationExport(of: identifiers, in: changes, withSecrets: withSecrets)
      let archive = try export.archive(sealing: passphrase)
      for note in export.notes { ExitCode.say(note) }
      Output.write(archive)
    } catch {
      throw ExitCode.because(1, error.description)
    }
  }
}
