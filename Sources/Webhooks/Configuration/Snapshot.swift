import FoundationEssentials
import Spooling
import Verification

/// The whole configuration as it was loaded at one moment. A snapshot never changes: a delivery
/// keeps the snapshot that it began with, even if another is loaded before it ends.
public final class Snapshot: Sendable {
  /// The state of a webhook.
  public enum Entry: Sendable {
    /// The webhook takes deliveries.
    case ready(Webhook)
    /// The webhook's file says `disabled: true`.
    case disabled(Webhook)
    /// The webhook's file, or an incoming configuration that it needs, can't be used. Deliveries
    /// are answered 503.
    case broken([Problem])

    /// The state in a word, the same everywhere: `active`, `waiting` (for a secret that its sender
    /// has yet to issue), `disabled` or `broken`.
    public var word: String {
      switch self {
      case .ready(let webhook): webhook.isWaiting ? "waiting" : "active"
      case .disabled: "disabled"
      case .broken: "broken"
      }
    }
  }

  /// The number of webhooks in each state.
  public struct Counts: Sendable, Equatable {
    /// Webhooks that take deliveries.
    public var active = 0
    /// Webhooks that wait for a secret. Their deliveries are answered 503.
    public var waiting = 0
    /// Webhooks that an administrator has disabled.
    public var disabled = 0
    /// Webhooks whose files can't be used.
    public var broken = 0
  }

  /// The number of this snapshot among those of the process, from 1.
  public let generation: Int
  /// The settings of `levelwind.yaml`.
  public let settings: Settings
  /// The `basePath` of the settings, computed once because every request is compared with it.
  public let basePath: [UInt8]
  /// The webhooks in all states, also disabled and broken ones.
  public let webhooks: [Identifier: Entry]
  /// The incoming configurations that can be used. If a file is gone or broken and a webhook of
  /// this snapshot still uses its last good version, that version is here.
  public let incoming: [Identifier: Incoming]
  /// All problems that were found while the snapshot was loaded.
  public let problems: [Problem]
  /// The number of webhooks in each state.
  public let counts: Counts
  /// The files that needn't be read again as long as they are unchanged.
  let seen: SeenWebhooks

  init(
    generation: Int, settings: Settings, webhooks: [Identifier: Entry],
    incoming: [Identifier: Incoming], problems: [Problem], seen: SeenWebhooks
  ) {
    self.generation = generation
    self.settings = settings
    basePath = settings.basePath
    self.webhooks = webhooks
    self.incoming = incoming
    self.problems = problems
    self.seen = seen
    counts = webhooks.values.reduce(into: Counts()) { counts, entry in
      switch entry {
      case .ready(let webhook) where webhook.isWaiting: counts.waiting += 1
      case .ready: counts.active += 1
      case .disabled: counts.disabled += 1
      case .broken: counts.broken += 1
      }
    }
  }

  /// Returns the webhook that a sender called, by the bytes in the path; nil if it doesn't exist.
  public func entry(for identifier: some Collection<UInt8>) -> Entry? {
    Identifier(bytes: identifier).flatMap { webhooks[$0] }
  }

  /// The files that were refused, sorted, each once.
  public var refusedFiles: [String] {
    Set(problems.filter { $0.severity == .error }.map(\.file)).sorted()
  }

  /// Reads the whole configuration.
  ///
  /// A file with an error is refused. At start its webhook is broken, and so are the webhooks that
  /// use a broken incoming configuration. At a reload the last good version of a refused file
  /// stays, and a file that was deleted is gone. Settings that need a restart keep their value.
  ///
  /// - Parameters:
  ///   - directory: the configuration's folder.
  ///   - previous: the snapshot in use; nil at start.
  ///   - credentials: the credentials that the service got when it started, the same at each
  ///     reload.
  ///   - now: the moment of loading. Secrets past their `not_after` are reported.
  ///   - readsSecrets: whether the files of senders' secrets are read. Without them nothing can be
  ///     verified. For commands with another purpose.
  ///   - readsOutgoing: whether the files of the secrets that post-processors sign with are read.
  ///   - assumedURL: the URL to use if neither `base_url` nor `public_url` is set.
  ///   - questionsSecrets: whether to warn about secrets that were probably not meant as they are:
  ///     short, in quotes, with a blank at the end. For commands that an administrator runs.
  ///   - areSecretsOthers: whether another user reads the secrets. A file that this one can't read
  ///     counts as right then, as long as it is there.
  ///   - drafts: files to read, or to take as removed, in place of those on the disk.
  /// - Returns: the snapshot, if there is one, and all problems.
  public static func load(
    directory: String, previous: Snapshot? = nil, credentials: Credentials, now: Date,
    readsSecrets: Bool = true, readsOutgoing: Bool = false, assumedURL: String? = nil,
    questionsSecrets: Bool = false, areSecretsOthers: Bool = false, drafts: Drafts = Drafts()
  ) -> Loading {
    var reads: Set<SecretUse> = []
    if readsSecrets { reads.insert(.sender) }
    if readsOutgoing { reads.insert(.target) }
    var loader = Loader(
      directory: directory, previous: previous, credentials: credentials, reads: reads, now: now,
      drafts: drafts)
    loader.assumedURL = assumedURL
    loader.questionsSecrets = questionsSecrets
    loader.areSecretsOthers = areSecretsOthers
    return loader.load()
  }
}

extension Snapshot {
  private static let prefix = Array("/webhook/".utf8)

  /// Returns the identifier of the webhook that a request's path leads to: `basePath`, `/webhook/`,
  /// the identifier, and nothing more. nil if there isn't such a webhook. The path is compared as
  /// it was sent: an identifier with percent-encoded characters doesn't match.
  func identifier(at path: [UInt8]) -> Identifier? {
    let start = basePath.count + Self.prefix.count
    guard path.starts(with: basePath), path[basePath.count...].starts(with: Self.prefix),
      let identifier = Identifier(bytes: path[start...])
    else { return nil }
    return webhooks[identifier] == nil ? nil : identifier
  }

  /// Returns the webhook that was probably meant by a path without one.
  func closest(to path: [UInt8]) -> Identifier? {
    // A longer path isn't a slip of the keyboard, and would take long to compare.
    guard path.count <= basePath.count + Self.prefix.count + 2 * Identifier.maximumLength else {
      return nil
    }
    let parts = String(decoding: path, as: UTF8.self).split(separator: "/").map(String.init)
    let names = webhooks.keys.map(\.text)
    return parts.last.flatMap { names.closest(to: $0) }.flatMap { Identifier($0) }
  }

  /// Returns a webhook, also a disabled one.
  ///
  /// - Throws: a rejection if the webhook doesn't exist or its configuration is broken.
  func lookUp(_ identifier: Identifier?) throws(Rejection) -> Webhook {
    switch identifier.flatMap({ webhooks[$0] }) {
    case .ready(let webhook), .disabled(let webhook): return webhook
    case .broken: throw .unavailable(check: "configuration", "its configuration is broken")
    case nil: throw Rejection(.unknown, check: "path", "there is no such webhook")
    }
  }
}

extension Snapshot {
  /// The settings of the spools, in order of their identifiers. The responder doesn't make a spool
  /// with a group: `levelwind incoming prepare` makes it, as root.
  public var spoolSettings: [SpoolSettings] {
    incoming.values.sorted { $0.identifier < $1.identifier }.map {
      SpoolSettings(.incoming($0.identifier.text), make: $0.group == nil)
    }
  }

  /// The identifiers of the spools that have limits.
  public var limitedSpools: Set<String> {
    Set(incoming.values.filter { $0.limits != nil }.map(\.identifier.text))
  }

  /// The identifiers of all spools.
  public var spools: Set<String> { Set(incoming.keys.map(\.text)) }

  /// Makes and repairs the spools' directories, or only looks at them.
  ///
  /// - Parameters:
  ///   - owner: the responder's user.
  ///   - isChanging: whether directories are made and repaired. Otherwise they are only looked at,
  ///     and only those of spools with a group.
  /// - Returns: the changes or defects, and a problem for each group that doesn't exist.
  public func prepareSpools(
    owner: SystemUser, isChanging: Bool
  ) -> (findings: [SpoolPreparation.Finding], problems: [Problem]) {
    var wanted: [SpoolPreparation.Wanted] = []
    var problems: [Problem] = []
    for one in incoming.values.sorted(by: { $0.identifier < $1.identifier }) {
      if let problem = groupProblem(of: one.identifier) {
        problems.append(problem)
      } else if one.group != nil || isChanging {
        let group = one.group.flatMap { SystemUser.group(named: $0) }
        wanted.append(.init(identifier: one.identifier.text, group: group))
      }
    }
    var preparation = SpoolPreparation(
      root: settings.spool, owner: owner, isChanging: isChanging)
    return (wanted.isEmpty ? [] : preparation.run(wanted), problems)
  }

  /// Returns the problem of an incoming configuration whose group doesn't exist; nil if all is
  /// well.
  public func groupProblem(of identifier: Identifier) -> Problem? {
    guard let one = incoming[identifier], let group = one.group,
      SystemUser.group(named: group) == nil
    else { return nil }
    return Problem(
      file: "\(IncomingFile.folder)/\(identifier).yaml", key: IncomingFile.group.key,
      "there is no group \(group.quoted); groupadd --system \(group) makes it")
  }

  /// Returns the problems of the spools for `check`: one for each spool with defects, an error if
  /// importers couldn't work with the spool, otherwise a warning.
  public func spoolProblems(owner: SystemUser) -> [Problem] {
    let (findings, problems) = prepareSpools(owner: owner, isChanging: false)
    let bySpool = Dictionary(grouping: findings) { finding in
      let inside = finding.path.dropFirst(settings.spool.count).split(separator: "/").first
      return inside.map { "\(settings.spool)/\($0)" } ?? settings.spool
    }
    return problems
      + bySpool.sorted { $0.key < $1.key }.map { spool, findings in
        let more = findings.count - 1
        let others = more == 0 ? "" : ", and \(more) more like it in \(spool)"
        return Problem(
          findings.contains(where: \.harmsImporters) ? .error : .warning, file: findings[0].path,
          "\(findings[0].what)\(others): `levelwind incoming prepare`, as root, mends it")
      }
  }
}

extension Snapshot {
  /// The spools in the state directory that the webhooks need.
  public var stateSpools: [SpoolID] {
    webhooks.sorted { $0.key.text < $1.key.text }.flatMap { identifier, entry -> [SpoolID] in
      guard case .ready(let webhook) = entry else { return [] }
      return (webhook.replay == nil ? [] : [SpoolID.replay(webhook: identifier.text)])
        + (webhook.isTaught ? [SpoolID.secrets(webhook: identifier.text)] : [])
        + webhook.allPostProcessors.map { $0.spool(of: identifier) }
    }
  }
}
