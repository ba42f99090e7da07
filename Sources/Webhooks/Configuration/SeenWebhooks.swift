/// The files of webhooks that a loading read without a problem. The next loading takes their values
/// from here for as long as reading them again would find the same.
struct SeenWebhooks: Sendable {
  /// What the values depend on beside the files that were seen.
  struct Surroundings: Sendable, Equatable {
    /// The configuration's folder.
    let folder: String
    /// As in `ConfigurationContext`.
    let incoming: Set<Identifier>
    let baseURL: String?
    /// As in `SecretContext`.
    let reads: Set<SecretUse>
    let questionsSecrets: Bool
  }

  /// The values of one file, and the files that they come from.
  final class Entry: Sendable {
    let file: WebhookFile
    let seen: SeenFiles

    init(_ file: WebhookFile, _ seen: SeenFiles) {
      self.file = file
      self.seen = seen
    }
  }

  private let surroundings: Surroundings?
  private(set) var entries: [Identifier: Entry] = [:]

  /// Nothing was read yet. The values will depend on these surroundings.
  init(_ surroundings: Surroundings? = nil) { self.surroundings = surroundings }

  /// Notes the values of a file that was read without a problem.
  mutating func note(_ entry: Entry) { entries[entry.file.identifier] = entry }

  /// Returns the values of a file, if reading the file again would find the same.
  func unchanged(_ identifier: Identifier) -> Entry? {
    entries[identifier].flatMap { $0.seen.areUnchanged ? $0 : nil }
  }

  /// Whether values can be taken over from an earlier loading.
  func isLike(_ earlier: SeenWebhooks) -> Bool { surroundings == earlier.surroundings }
}
