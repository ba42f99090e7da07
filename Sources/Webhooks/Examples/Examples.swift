import FoundationEssentials

/// The examples of a configuration, and the configuration that they are decided by.
public struct Examples {
  /// What became of an example.
  public struct Result: Sendable {
    /// The example.
    public let example: Example
    /// What isn't as expected; empty if it passed.
    public let problems: [Problem]
    /// The seconds that it took.
    public let seconds: Double
    /// Whether it wasn't run, because its webhook is disabled.
    public let isSkipped: Bool
  }

  /// The examples, webhook by webhook, in order of their names.
  public private(set) var all: [Example] = []
  /// What is wrong with the folders: a file without the other of its pair, a folder of no webhook.
  public private(set) var problems: [Problem] = []
  private let directory: String
  private let loading: Loading

  /// Finds the examples, and loads the configuration with their secrets.
  ///
  /// - Parameters:
  ///   - directory: the configuration's folder.
  ///   - now: the moment of loading.
  public init(directory: String, now: Date) {
    let folder = URL(filePath: directory, directoryHint: .notDirectory).standardizedFileURL
      .path(percentEncoded: false)
    self.directory = folder
    loading = Snapshot.load(
      directory: folder, credentials: .unknown, now: now, drafts: .testSecrets(in: folder))
    do {
      for name in try FolderListing.names(in: "\(folder)/\(ExampleFile.folder)")
      where !name.hasPrefix(".") { find(in: name) }
    } catch {
      if error != .missing { problems.append(Problem(file: ExampleFile.folder, "\(error)")) }
    }
  }

  /// What is wrong with the configuration as a whole, so that no example can be run; empty if they
  /// can.
  public var obstacles: [Problem] { loading.snapshot == nil ? loading.problems : [] }

  /// Runs an example.
  ///
  /// - Parameters:
  ///   - example: one of `all`.
  ///   - now: the moment to decide at, if the example doesn't say.
  /// - Returns: the result. Without a usable webhook, its problems are those of the configuration.
  public func run(_ example: Example, now: Date) -> Result {
    let start = ContinuousClock.now
    var isSkipped = false
    var problems: [Problem]
    switch loading.snapshot?.webhooks[example.webhook] {
    case .ready?:
      problems = loading.snapshot.map { example.problems(in: $0, now: now) } ?? []
    case .disabled?: (problems, isSkipped) = ([], true)
    case .broken?:
      problems = loading.problems(about: "\(WebhookFile.folder)/\(example.webhook).yaml")
    case nil: problems = obstacles
    }
    problems.removeAll { $0.severity != .error }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    return Result(example: example, problems: problems, seconds: seconds, isSkipped: isSkipped)
  }

  private mutating func find(in name: String) {
    let path = "\(ExampleFile.folder)/\(name)"
    guard let webhook = Identifier(name), loading.snapshot?.webhooks[webhook] != nil else {
      let known = loading.snapshot?.webhooks.keys.map(\.text) ?? []
      if loading.snapshot != nil {
        problems.append(
          Problem(file: path, "there is no such webhook", suggestion: known.closest(to: name)))
      }
      return
    }
    do {
      let names = try FolderListing.names(in: "\(directory)/\(path)").filter { !$0.hasPrefix(".") }
      for file in names { pair(file, among: Set(names), of: webhook, in: path) }
    } catch {
      problems.append(Problem(file: path, "\(error)"))
    }
  }

  private mutating func pair(
    _ file: String, among names: Set<String>, of webhook: Identifier, in path: String
  ) {
    if file.hasSuffix(".http") {
      let stem = String(file.dropLast(5))
      all.append(Example(webhook: webhook, name: stem, directory: directory))
      guard !names.contains("\(stem).yaml") else { return }
      all.removeLast()
      problems.append(
        Problem(file: "\(path)/\(file)", "\(stem).yaml, with what is expected of it, is missing"))
    } else if file.hasSuffix(".yaml"), !names.contains("\(file.dropLast(5)).http") {
      problems.append(
        Problem(file: "\(path)/\(file)", "\(file.dropLast(5)).http, the request, is missing"))
    } else if file.hasSuffix(".yml") {
      problems.append(
        Problem(
          file: "\(path)/\(file)", "expected a name that ends in .yaml",
          suggestion: "\(file.dropLast(4)).yaml"))
    }
  }
}

extension Drafts {
  /// The secrets of examples, in place of those in `secrets`.
  fileprivate static func testSecrets(in directory: String) -> Drafts {
    var drafts = Drafts()
    let folder = "\(directory)/\(ExampleFile.secretFolder)"
    for name in (try? FolderListing.names(in: folder)) ?? [] where !name.hasPrefix(".") {
      guard let file = try? BoundedFile.read("\(folder)/\(name)", limit: 64 << 10) else { continue }
      drafts.set("secrets/\(name)", to: file.bytes)
    }
    return drafts
  }
}
