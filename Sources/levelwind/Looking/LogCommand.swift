import ArgumentParser
import FoundationEssentials
import Glibc
import Serving
import Webhooks

/// `levelwind log`: the deliveries that the responder logged.
struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Shows deliveries as the responder logged them: accepted, refused, and why.",
    discussion: """
      Reads systemd's journal, as root or as a member of group systemd-journal. With --file it \
      reads what the responder wrote to standard error elsewhere. Refused deliveries are always \
      logged: of a flood, ten a minute and the number of the others. Accepted deliveries are \
      logged if the webhook has logging: true, as webhook create writes it. The command names the \
      webhooks whose accepted deliveries are not logged. A request to a path without a webhook is \
      shown with its path. With an identifier, such requests are shown if they probably meant this \
      webhook. A few of them a minute are logged. Exit 1 if the webhook does not exist and the log \
      has nothing of it.

      \(MomentOptions.words)
      """)

  @Argument(help: "A webhook's identifier; by default all.", completion: .webhooks)
  var identifier: String?
  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Only those that were refused.")
  var refused = false
  @OptionGroup var moments: MomentOptions
  @Option(
    help: ArgumentHelp(
      "Only this delivery: its id, the beginning of the id, or the sender's id.", valueName: "id"))
  var delivery: String?
  @Flag(help: "Show new entries as they come, until interrupted. Earlier ones only with --since.")
  var follow = false
  @Option(
    help: ArgumentHelp(
      "Read lines of JSON from a file instead of the journal; - is standard input.",
      valueName: "path"))
  var file: String?
  @Flag(help: "Print one JSON object a line.")
  var json = false

  func validate() throws {
    _ = try selection()
    if let identifier, Identifier(identifier) == nil {
      throw ValidationError("\"\(identifier)\" isn't an identifier: a-z, 0-9 and inner hyphens")
    }
  }

  func run() throws {
    let selection = try selection()
    if file == nil { try mayReadJournal() }
    if follow { try explain(0) }
    var table = LogTable(screen: Terminal.screen)
    if !json { Self.write(table.head) }
    var count = 0
    let show = { (entry: LoggedEntry) in
      guard selection.contains(entry) else { return }
      count += 1
      if json {
        Output.write(entry.json)
      } else {
        Self.write(table.row(entry))
      }
    }
    if let file {
      try read(file, show)
    } else {
      try readJournal(selection, show)
    }
    if !follow { try explain(count) }
    if !json { Self.write(Self.hint) }
  }

  /// Explains why the output is empty, or smaller than expected.
  private func explain(_ count: Int) throws {
    // A file's lines may come from another machine, whose configuration isn't here.
    guard let snapshot = configuration.loading(readsSecrets: false).snapshot else { return }
    guard let identifier else { return sayUnlogged(of: snapshot) }
    guard let entry = Identifier(identifier).flatMap({ snapshot.webhooks[$0] }) else {
      guard count == 0 else { return }
      let near = snapshot.webhooks.keys.map(\.text).closest(to: identifier)
      throw ExitCode.because(
        1,
        "there is no webhook \(identifier), and the log has nothing of it"
          + (near.map { " (did you mean \($0)?)" } ?? ""))
    }
    guard !refused, let webhook = entry.webhook, !webhook.isLogging else { return }
    ExitCode.say(
      "accepted deliveries of \(identifier) are not logged. To log them from now on: logging: "
        + "true in webhooks/\(identifier).yaml, then levelwind reload")
  }

  /// Names the webhooks whose accepted deliveries can't be in the log.
  private func sayUnlogged(of snapshot: Snapshot) {
    let unlogged = snapshot.webhooks.values.compactMap(\.webhook).filter { !$0.isLogging }
    guard !refused, !unlogged.isEmpty else { return }
    let names = unlogged.map(\.identifier).sorted().prefix(5).map(\.text)
    let others = unlogged.count - names.count
    ExitCode.say(
      "accepted deliveries of \(names.joined(separator: ", "))"
        + (others > 0 ? " and \(others) more" : "") + " are not logged. To log them from now on: "
        + "logging: true in a webhook's file, then levelwind reload")
  }

  /// The user id of the state directory's owner; nil if there isn't such a directory.
  private func owner() throws -> UInt32? {
    let state = try configuration.snapshot(readsSecrets: false).settings.state
    var status = stat()
    return stat(state, &status) == 0 ? status.st_uid : nil
  }

  /// - Throws: exit code 1 if this user can't see the responder's entries in the journal.
  private func mayReadJournal() throws {
    guard !JournalReader.isReadable else { return }
    // A responder that runs as this user has its entries in this user's journal.
    guard try owner() != geteuid() else { return }
    throw ExitCode.because(
      1,
      "the system's journal is for root and members of group systemd-journal; --file reads the "
        + "responder's standard error")
  }

  /// Writes without a buffer, for readers that follow through a pipe.
  private static func write(_ line: String) {
    Output.write("\(line)\n")
  }

  /// The place of refusals that are not in this log.
  private static let hint = """

    What nginx refused by itself (413 too large, 400 not HTTP, 429 too many, 503 without a responder) is in its log: /var/log/nginx/levelwind.log
    """

  private func read(_ path: String, _ show: (LoggedEntry) -> Void) throws {
    var lines = try LineReader(path)
    while true {
      while let line = lines.next() {
        if let entry = LoggedEntry(json: line) { show(entry) }
      }
      guard follow, path != "-" else { return }
      usleep(200_000)
    }
  }

  private func readJournal(
    _ selection: LogSelection, _ show: (LoggedEntry) -> Void
  ) throws {
    let users: Set<UInt32> = try owner().map { [0, $0] } ?? [0]
    do throws(JournalReader.Unreadable) {
      let reader = try JournalReader(users: users, since: selection.since)
      while true {
        while let entry = try reader.next() { show(entry) }
        guard follow else { break }
        reader.wait()
      }
    } catch {
      throw ExitCode.because(1, "\(error); --file reads the responder's standard error")
    }
  }

  private func selection() throws -> LogSelection {
    var selection = LogSelection()
    selection.webhook = identifier
    selection.refusedOnly = refused
    selection.delivery = delivery
    (selection.since, selection.until) = try moments.span()
    // Earlier entries are shown only if a moment is given.
    if follow, selection.since == nil, selection.until == nil { selection.since = Date() }
    return selection
  }
}

/// Reads the lines of a file that may still grow, or of standard input.
struct LineReader {
  private let descriptor: Int32
  private let path: String?
  private var buffer: [UInt8] = []
  private var isSkipping = false
  /// The longest line in bytes. Longer ones can't come from the log, and are skipped.
  private static let longest = 8 << 20

  /// - Parameter path: the path of a file, or `-` for standard input.
  /// - Throws: exit code 1 if the file can't be opened.
  init(_ path: String) throws {
    if path == "-" {
      self.path = nil
      descriptor = STDIN_FILENO
      return
    }
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ExitCode.because(1, "\(path): \(String(cString: strerror(errno)))")
    }
  }

  /// Returns the next whole line without its end; nil at the end for now.
  mutating func next() -> [UInt8]? {
    while true {
      if let end = buffer.firstIndex(of: 10) {
        let line = Array(buffer[..<end])
        buffer.removeFirst(end + 1)
        if !isSkipping { return line }
        isSkipping = false
      } else if !fill() {
        return nil
      } else if buffer.count > Self.longest {
        buffer = []
        isSkipping = true
      }
    }
  }

  private mutating func fill() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &chunk, chunk.count)
    guard count > 0 else { return false }
    buffer += chunk[..<count]
    return true
  }
}
