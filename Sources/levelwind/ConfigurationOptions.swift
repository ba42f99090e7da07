import ArgumentParser
import Foundation
import Webhooks

/// Where the configuration lies: the same for every subcommand.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp("The configuration directory.", valueName: "dir"))
  var directory = Self.usual

  /// Where it lies on a server.
  static let usual = "/etc/levelwind"

  /// The configuration as it stands there, broken webhooks marked as such.
  ///
  /// - Parameter readsSecrets: whether the files of secrets are read.
  /// - Throws: exit code 1, with what is wrong, where nothing of it can be used.
  func snapshot(readsSecrets: Bool = true) throws -> Snapshot {
    let loading = loading(readsSecrets: readsSecrets)
    guard let snapshot = loading.snapshot else {
      throw ExitCode.because(1, loading.problems.map(\.description).joined(separator: "\n"))
    }
    return snapshot
  }

  /// The identifiers that there are files of; none where this user may not look.
  ///
  /// - Parameter folder: `webhooks` or `incoming`.
  func identifiers(in folder: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(folder)")
    return (names ?? []).filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
      .map { String($0.dropLast(".yaml".count)) }.sorted()
  }

  /// The same with what was found on the way.
  func loading(readsSecrets: Bool) -> Loading {
    Snapshot.load(
      directory: directory, credentials: .unknown, now: Date(), readsSecrets: readsSecrets)
  }
}
