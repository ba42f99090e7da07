import Administration
import ArgumentParser
import FoundationEssentials
import Webhooks

/// The directory of the configuration, an option of every subcommand.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp("The configuration directory.", valueName: "dir"))
  var directory = Self.usual

  /// The directory on a server.
  static let usual = MachineCheck.usualDirectory

  /// Loads the configuration. A broken webhook is marked as such.
  ///
  /// - Parameter readsSecrets: whether to read the files of secrets.
  /// - Returns: the snapshot.
  /// - Throws: exit code 1, with what is wrong, if no part of it can be used.
  func snapshot(readsSecrets: Bool = true) throws -> Snapshot {
    let loading = loading(readsSecrets: readsSecrets)
    guard let snapshot = loading.snapshot else {
      throw ExitCode.because(1, loading.problems.map(\.description).joined(separator: "\n"))
    }
    return snapshot
  }

  /// Returns the identifiers that have files in a folder, `webhooks` or `incoming`. If this user
  /// may not read the folder, there aren't any.
  func identifiers(in folder: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(folder)")
    return (names ?? []).filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
      .map { String($0.dropLast(".yaml".count)) }.sorted()
  }

  /// Loads the configuration, with the problems that were found.
  func loading(readsSecrets: Bool) -> Loading {
    Snapshot.load(
      directory: directory, credentials: .unknown, now: Date(), readsSecrets: readsSecrets)
  }
}
