import FoundationEssentials
import Spooling

/// Reads the whole configuration once.
struct Loader {
  private let directory: String
  private let previous: Snapshot?
  private let drafts: Drafts
  private var context: Context
  private var problems: [Problem] = []
  /// The webhooks' files that were read without a problem, for the next loading.
  private var seen = SeenWebhooks()
  /// Whether to warn about secrets that were probably not meant as they are.
  var questionsSecrets: Bool {
    get { context.secrets.questionsSecrets }
    set { context.secrets.questionsSecrets = newValue }
  }
  /// Whether another user reads the secrets.
  var areSecretsOthers: Bool {
    get { context.secrets.areOthers }
    set { context.secrets.areOthers = newValue }
  }
  /// The URL that replaces `base_url` if that isn't set.
  var assumedURL: String?

  init(
    directory: String, previous: Snapshot?, credentials: Credentials, reads: Set<SecretUse>,
    now: Date, drafts: Drafts
  ) {
    let folder = URL(filePath: directory, directoryHint: .isDirectory).standardizedFileURL
      .path(percentEncoded: false)
    self.directory = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    self.previous = previous
    self.drafts = drafts
    context = Context(folder: self.directory)
    context.secrets = SecretContext(
      credentials: credentials, drafts: drafts, reads: reads, now: now)
  }

  mutating func load() -> Loading {
    let read: Loading
    do throws(SystemError) {
      read = try FolderOwner.acting(in: directory) { self.read() }
    } catch {
      let problem = Problem(file: directory, "can't be read as its owner: \(error)")
      return Loading(snapshot: nil, problems: [problem])
    }
    guard let snapshot = read.snapshot else { return read }
    // What the state directory has belongs to the responder, and not to the folders' owner.
    let withKeys = snapshot.with(fetched: KeyFolder(state: snapshot.settings.state).keys())
    return Loading(
      snapshot: context.secrets.reads.contains(.sender) ? withKeys.withLearned() : withKeys,
      problems: read.problems)
  }

  private mutating func read() -> Loading {
    do throws(Problem) {
      try checkDirectory()
      let settings = readSettings()
      context.configuration.baseURL = settings?.baseURL ?? assumedURL
      var incoming = try readIncoming()
      let webhooks = try readWebhooks(incoming, settings ?? .defaults)
      guard let settings else { return Loading(snapshot: nil, problems: problems) }
      for case .ready(let webhook) in webhooks.values {
        for used in webhook.incoming where incoming.ready[used.identifier] == nil {
          incoming.ready[used.identifier] = used
        }
      }
      let snapshot = Snapshot(
        generation: (previous?.generation ?? 0) + 1, settings: settings, webhooks: webhooks,
        incoming: incoming.ready, problems: problems, seen: seen)
      return Loading(snapshot: snapshot, problems: problems)
    } catch {
      return Loading(snapshot: nil, problems: problems + [error])
    }
  }

  private mutating func checkDirectory() throws(Problem) {
    do {
      if try FolderListing.names(in: directory).contains("levelwind.yml") {
        let message = "expected a name that ends in .yaml"
        problems.append(
          Problem(file: "levelwind.yml", message, suggestion: SettingsFile.name))
      }
    } catch {
      throw Problem(file: directory, "\(error)")
    }
  }

  /// Reads the settings; nil if the file is broken and there aren't earlier settings to keep.
  private mutating func readSettings() -> Settings? {
    let reading: Reading
    let read: Settings?
    do {
      let file = try drafts.read(
        "\(directory)/\(SettingsFile.name)", in: directory, limit: YAMLDocument.byteLimit)
      reading = Reading(file: SettingsFile.name, context: context)
      read = SettingsFile.read(file.bytes, reading)
      problems += reading.ordered
    } catch .missing {
      read = .defaults
    } catch {
      problems.append(Problem(file: SettingsFile.name, "\(error)"))
      read = nil
    }
    guard let previous else { return read }
    guard let read else { return previous.settings }
    let (settings, notices) = read.withoutRestart(from: previous.settings)
    problems += notices
    return settings
  }

  /// The incoming configurations that can be used, and the problems of those that can't.
  private struct IncomingFiles {
    var ready: [Identifier: Incoming] = [:]
    var broken: [Identifier: [Problem]] = [:]
  }

  private mutating func readIncoming() throws(Problem) -> IncomingFiles {
    var files = IncomingFiles()
    for identifier in try list(IncomingFile.folder) {
      let (read, found, _) = reader.read(identifier, in: IncomingFile.folder, IncomingFile.read)
      problems += found
      if let incoming = read ?? previous?.incoming[identifier] {
        files.ready[identifier] = incoming
      } else {
        files.broken[identifier] = found
      }
      context.configuration.incoming.insert(identifier)
    }
    return files
  }

  private mutating func readWebhooks(
    _ incoming: IncomingFiles, _ settings: Settings
  ) throws(Problem) -> [Identifier: Snapshot.Entry] {
    var entries: [Identifier: Snapshot.Entry] = [:]
    let earlier = startReading()
    let identifiers = try list(WebhookFile.folder)
    for (identifier, file) in zip(identifiers, reader.webhooks(identifiers, earlier)) {
      let (read, found) = take(file)
      if let read, let webhook = link(read, incoming, settings) {
        entries[identifier] = read.isDisabled ? .disabled(webhook) : .ready(webhook)
        continue
      }
      let kept = previous?.webhooks[identifier]?.moved(to: { incoming.ready[$0] }, settings)
      let broken = (read?.incoming ?? []).flatMap { incoming.broken[$0] ?? [] }
      entries[identifier] = kept ?? .broken(found + broken)
    }
    return entries
  }

  /// Begins to note what is read.
  ///
  /// - Returns: what an earlier loading read under the same conditions.
  private mutating func startReading() -> SeenWebhooks {
    seen = SeenWebhooks(
      SeenWebhooks.Surroundings(
        folder: directory, incoming: context.configuration.incoming,
        baseURL: context.configuration.baseURL, reads: context.secrets.reads,
        questionsSecrets: questionsSecrets))
    guard let previous, drafts.isEmpty, seen.isLike(previous.seen) else { return SeenWebhooks() }
    return previous.seen
  }

  /// Notes what was read of a webhook.
  ///
  /// - Returns: the values of its file, nil if it was refused, and the problems found in it.
  private mutating func take(_ read: FileReader.Webhook) -> (WebhookFile?, [Problem]) {
    switch read {
    case .unchanged(let entry):
      seen.note(entry)
      return (entry.file, [])
    case .read(let file, let found, let files):
      problems += found
      if let file, found.isEmpty, files.showChanges(after: context.secrets.now) {
        seen.note(SeenWebhooks.Entry(file, files))
      }
      return (file, found)
    }
  }

  /// Returns the webhook with its incoming configurations. If one is broken and the webhook isn't
  /// disabled, reports a problem and returns nil.
  private mutating func link(
    _ file: WebhookFile, _ incoming: IncomingFiles, _ settings: Settings
  ) -> Webhook? {
    let broken = file.incoming.filter { incoming.broken[$0] != nil }
    guard broken.isEmpty || file.isDisabled else {
      let names = broken.map { "\(IncomingFile.folder)/\($0).yaml" }.joined(separator: ", ")
      problems.append(
        Problem(file: "\(WebhookFile.folder)/\(file.identifier).yaml", "\(names) is broken"))
      return nil
    }
    return Webhook(
      file, incoming: file.incoming.compactMap { incoming.ready[$0] }, settings: settings)
  }

  private mutating func list(_ folder: String) throws(Problem) -> [Identifier] {
    let listed = try ConfigurationFolder(folder, in: directory)
    problems += listed.problems
    return drafts.changing(listed.identifiers, in: folder)
  }

  private var reader: FileReader {
    FileReader(directory: directory, drafts: drafts, context: context)
  }
}

extension Snapshot.Entry {
  /// Returns the earlier entry of a webhook whose file was refused, with the new settings and
  /// incoming configurations; nil if the earlier entry was broken.
  func moved(
    to incoming: (Identifier) -> Incoming?, _ settings: Settings
  ) -> Snapshot.Entry? {
    switch self {
    case .ready(let webhook): .ready(webhook.moved(to: incoming, settings: settings))
    case .disabled(let webhook): .disabled(webhook.moved(to: incoming, settings: settings))
    case .broken: nil
    }
  }
}

/// The values of the configuration that a file refers to while it is read.
struct ConfigurationContext: ContextValue {
  /// The existing incoming configurations, including broken ones.
  var incoming: Set<Identifier> = []
  /// The settings' `base_url`, or the URL assumed in its place.
  var baseURL: String?
}

extension Context {
  /// The values of the configuration.
  var configuration: ConfigurationContext {
    get { self[ConfigurationContext.self] }
    set { self[ConfigurationContext.self] = newValue }
  }
}
