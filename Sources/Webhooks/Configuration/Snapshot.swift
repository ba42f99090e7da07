import Foundation

/// The whole configuration as it was loaded at one moment. It never changes: a delivery keeps the
/// snapshot that it began with, whatever is loaded meanwhile.
public final class Snapshot: Sendable {
  /// What an identifier stands for.
  public enum Entry: Sendable {
    /// It takes deliveries.
    case ready(Webhook)
    /// Its file says `disabled: true`.
    case disabled(Webhook)
    /// There is a file, and it, or an incoming configuration that it needs, could not be used: 503.
    case broken([Problem])

    /// Its state in a word, the same wherever it is said: `active`, `waiting` (for a secret that its sender
    /// has yet to issue), `disabled` or `broken`.
    public var word: String {
      switch self {
      case .ready(let webhook): webhook.isWaiting ? "waiting" : "active"
      case .disabled: "disabled"
      case .broken: "broken"
      }
    }
  }

  /// How many webhooks are in each state.
  public struct Counts: Sendable, Equatable {
    public var active = 0
    /// Without a secret that is yet to come: 503.
    public var waiting = 0
    public var disabled = 0
    public var broken = 0
  }

  /// Counts the snapshots of this process, from 1.
  public let generation: Int
  public let settings: Settings
  /// `settings.basePath`, worked out once: each request is compared with it.
  public let basePath: [UInt8]
  public let webhooks: [Identifier: Entry]
  /// The incoming configurations that can be used; also those whose file is gone or broken while a
  /// webhook of this snapshot still uses what it said last.
  public let incoming: [Identifier: Incoming]
  /// All that was found while it was loaded.
  public let problems: [Problem]
  /// How many webhooks there are.
  public let counts: Counts

  init(
    generation: Int, settings: Settings, webhooks: [Identifier: Entry],
    incoming: [Identifier: Incoming], problems: [Problem]
  ) {
    self.generation = generation
    self.settings = settings
    basePath = settings.basePath
    self.webhooks = webhooks
    self.incoming = incoming
    self.problems = problems
    counts = webhooks.values.reduce(into: Counts()) { counts, entry in
      switch entry {
      case .ready(let webhook) where webhook.isWaiting: counts.waiting += 1
      case .ready: counts.active += 1
      case .disabled: counts.disabled += 1
      case .broken: counts.broken += 1
      }
    }
  }

  /// What a sender called, byte for byte; nil where there is no such webhook.
  public func entry(for identifier: some Collection<UInt8>) -> Entry? {
    Identifier(bytes: identifier).flatMap { webhooks[$0] }
  }

  /// The files that were refused, each once, in order.
  public var refusedFiles: [String] {
    Set(problems.filter { $0.severity == .error }.map(\.file)).sorted()
  }

  /// Reads the whole configuration.
  ///
  /// A file with an error is refused. At start its webhook is broken, and so are the webhooks that
  /// use a broken incoming configuration. At a reload the last good version of a refused file
  /// stays, and a file that was deleted is gone. Settings that need a restart keep their value.
  ///
  /// - Parameter directory: the configuration's folder.
  /// - Parameter previous: the snapshot in use; nil at start.
  /// - Parameter credentials: what the service was given when it started, the same at each reload.
  /// - Parameter readsSecrets: whether the files of secrets are read. Without them nothing can be
  ///   verified: for commands that ask for other things.
  /// - Parameter readsOutgoing: whether the files of secrets that post-processors sign with are read.
  /// - Parameter assumedURL: what is taken for known where neither `base_url` nor `public_url` is set.
  /// - Parameter questionsSecrets: whether warnings tell of secrets that look as if they were not what was
  ///   meant: short, in quotes, with a blank at the end. For commands that an administrator runs.
  /// - Parameter drafts: files that are taken for there, or for gone, whatever is on the disk.
  public static func load(
    directory: String, previous: Snapshot? = nil, credentials: Credentials, now: Date,
    readsSecrets: Bool = true, readsOutgoing: Bool = false, assumedURL: String? = nil,
    questionsSecrets: Bool = false, drafts: Drafts = Drafts()
  ) -> Loading {
    var reads: Set<SecretUse> = []
    if readsSecrets { reads.insert(.sender) }
    if readsOutgoing { reads.insert(.target) }
    var loader = Loader(
      directory: directory, previous: previous, credentials: credentials, reads: reads, now: now,
      drafts: drafts)
    loader.assumedURL = assumedURL
    loader.questionsSecrets = questionsSecrets
    return loader.load()
  }
}
