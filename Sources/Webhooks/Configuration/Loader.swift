import Foundation

/// Reads the whole configuration once.
struct Loader {
  private let directory: String
  private let previous: Snapshot?
  private var surroundings: Surroundings
  private var problems: [Problem] = []
  /// Whether warnings tell of secrets that look as if they were not what was meant.
  var questionsSecrets: Bool {
    get { surroundings.questionsSecrets }
    set { surroundings.questionsSecrets = newValue }
  }
  /// Stands in for `base_url` where there is none.
  var assumedURL: String?

  init(
    directory: String, previous: Snapshot?, credentials: Credentials, reads: Set<SecretUse>,
    now: Date, drafts: Drafts
  ) {
    let folder = URL(filePath: directory, directoryHint: .isDirectory).standardizedFileURL
      .path(percentEncoded: false)
    self.directory = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    self.previous = previous
    surroundings = Surroundings(
      folder: self.directory, credentials: credentials, drafts: drafts, reads: reads, now: now)
  }

  mutating func load() -> Loading {
    do throws(Problem) {
      try checkDirectory()
      let settings = readSettings()
      surroundings.baseURL = settings?.baseURL ?? assumedURL
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
        incoming: incoming.ready, problems: problems)
      let withKeys = snapshot.with(fetched: KeyFolder(state: settings.state).keys())
      return Loading(
        snapshot: surroundings.reads.contains(.sender) ? withKeys.withLearned() : withKeys,
        problems: problems)
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

  /// nil where the file is broken and there are no settings from before.
  private mutating func readSettings() -> Settings? {
    let reading: Reading
    let read: Settings?
    do {
      let file = try surroundings.drafts.read(
        "\(directory)/\(SettingsFile.name)", in: directory, limit: YAMLDocument.byteLimit)
      reading = Reading(file: SettingsFile.name, surroundings: surroundings)
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

  /// The incoming configurations that can be used, and those that can't.
  private struct IncomingFiles {
    var ready: [Identifier: Incoming] = [:]
    var broken: [Identifier: [Problem]] = [:]
  }

  private mutating func readIncoming() throws(Problem) -> IncomingFiles {
    var files = IncomingFiles()
    for identifier in try list(IncomingFile.folder) {
      let (read, found) = file(identifier, in: IncomingFile.folder, IncomingFile.read)
      if let incoming = read ?? previous?.incoming[identifier] {
        files.ready[identifier] = incoming
      } else {
        files.broken[identifier] = found
      }
      surroundings.incoming.insert(identifier)
    }
    return files
  }

  private mutating func readWebhooks(
    _ incoming: IncomingFiles, _ settings: Settings
  ) throws(Problem) -> [Identifier: Snapshot.Entry] {
    var entries: [Identifier: Snapshot.Entry] = [:]
    for identifier in try list(WebhookFile.folder) {
      let (read, found) = file(identifier, in: WebhookFile.folder, WebhookFile.read)
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

  /// The webhook with its incoming configurations; nil, with a problem, where one is broken.
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
    return surroundings.drafts.changing(listed.identifiers, in: folder)
  }

  /// What a file says, nil if it was refused, and the problems found in it.
  private mutating func file<Value>(
    _ identifier: Identifier, in folder: String,
    _ read: ([UInt8], Identifier, Reading) -> Value?
  ) -> (Value?, [Problem]) {
    let name = "\(folder)/\(identifier).yaml"
    do {
      let file = try surroundings.drafts.read(
        "\(directory)/\(name)", in: directory, limit: YAMLDocument.byteLimit)
      let reading = Reading(
        file: name, surroundings: surroundings, isWorldReadable: file.isWorldReadable)
      let value = read(file.bytes, identifier, reading)
      problems += reading.ordered
      return (value, reading.ordered)
    } catch {
      let problem = Problem(file: name, "\(error)")
      problems.append(problem)
      return (nil, [problem])
    }
  }
}

extension Snapshot.Entry {
  /// What stays of it where its file was refused; nil for what never worked.
  fileprivate func moved(
    to incoming: (Identifier) -> Incoming?, _ settings: Settings
  ) -> Snapshot.Entry? {
    switch self {
    case .ready(let webhook): .ready(webhook.moved(to: incoming, settings: settings))
    case .disabled(let webhook): .disabled(webhook.moved(to: incoming, settings: settings))
    case .broken: nil
    }
  }
}
