import ArgumentParser
import Bytes
import Fetching
import FoundationEssentials
import Glibc
import Webhooks

/// The configuration, an option of every subcommand.
struct RelayOptions: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp("The configuration directory.", valueName: "dir"))
  var directory = "/etc/levelwind"

  /// Loads the configuration with the secrets that are sent along, and without those of senders.
  func load(_ previous: Snapshot? = nil) -> Loading {
    let credentials = Credentials(
      directory: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"])
    return Snapshot.load(
      directory: directory, previous: previous, credentials: credentials, now: Date(),
      readsSecrets: false, readsOutgoing: true)
  }

  /// Loads the configuration.
  ///
  /// - Throws: exit code 1, with what is wrong, if no part of it can be used.
  func snapshot() throws -> Snapshot {
    let loading = load()
    guard let snapshot = loading.snapshot else {
      throw ExitCode.because(1, loading.problems.map(\.description).joined(separator: "\n"))
    }
    return snapshot
  }
}

/// How to connect to servers, an option of the subcommands that do.
struct RelayFetchingOptions: ParsableArguments {
  @Option(
    name: .customLong("ca-file"),
    help: ArgumentHelp(
      "Trust the certificates in this PEM file, instead of the system's, where a relay names none.",
      valueName: "file"))
  var trust: String?

  var fetcher: Fetcher { Fetcher(trust: trust) }
}

extension ExitCode {
  /// Prints the reason on standard error, and returns the exit code: `throw .because(75, "…")`.
  static func because(_ code: Int32, _ reason: String) -> ExitCode {
    say(reason)
    return ExitCode(code)
  }

  /// Prints a line on standard error. Its text may come from a server, so it is made safe.
  static func say(_ text: String) {
    var line = Array("levelwind-relay: ".utf8)
    SafeText.append(text, to: &line, limit: .max, keepsLines: true)
    line.append(UInt8(ascii: "\n"))
    _ = write(STDERR_FILENO, line, line.count)
  }
}
