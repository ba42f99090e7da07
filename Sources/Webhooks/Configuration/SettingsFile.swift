import Spooling

/// The options of `levelwind.yaml`.
enum SettingsFile {
  static let name = "levelwind.yaml"

  static let baseURL = Option(
    optional: "base_url", .url,
    "The URL under which senders reach the web server. A webhook's URL is this, followed by "
      + "`/webhook/<identifier>`.")
  static let spool = Option(
    "spool", .path, default: "/var/spool/levelwind",
    "The folder of the spools. A change takes effect at the next start.")
  static let state = Option(
    "state", .path, default: "/var/lib/levelwind",
    "The folder of the state. A change takes effect at the next start.")
  static let threads = Option(
    "threads", .integer(1...1024), default: 64,
    "How many deliveries are handled at the same time. A change takes effect at the next start.")
  static let maxBody = Option(
    "max_body", .bytes(1 << 10...1 << 30), default: 10 << 20,
    "The largest body of a delivery. A larger one is answered 413. nginx's `client_max_body_size` "
      + "has to be the same.")
  static let maxInflight = Option(
    "max_inflight", .bytes(1 << 20...1 << 40), default: 256 << 20,
    "Memory for deliveries in progress. A delivery that exceeds it is answered 503. At least "
      + "`max_body`. The unit's `MemoryMax=` has to be four times as much.")
  static let deadline = Option(
    "deadline", .duration(.milliseconds(100)...(.seconds(300))), default: .seconds(4),
    "The time within which every delivery is answered, even if a disk hangs. nginx's "
      + "`fastcgi_read_timeout` has to be a second more.")
  static let minFree = Option(
    "min_free", .bytes(0...1 << 50), default: 1 << 30,
    "Free space that a spool's file system has to have. With less, deliveries are answered 503.")
  static let minFreeInodes = Option(
    "min_free_inodes", .integer(0...1_000_000_000_000), default: 10000,
    "Free inodes that a spool's file system has to have. With fewer, deliveries are answered 503.")
  static let history = Option(
    "history", HistoryBound.form, default: 20 << 30,
    "The bound on the histories of all webhooks together: `{bytes: 20GiB}`.")
  static let peers = Option(
    optional: "peers",
    .list(of: userName, "user names").withoutRepetition { $0 },
    "The users whose processes may use the socket. The socket's mode has to admit them as well. "
      + "Can't be used with `PrivateUsers=yes`, which the packaged unit has: there the responder "
      + "doesn't see which user connects. A change takes effect "
      + "at the next start.")

  /// Whether a webhook whose examples fail is used.
  enum TestRule: String, CaseIterable, Sendable { case optional, required }

  static let tests = Option(
    "tests", .choice, default: TestRule.optional,
    "Whether `levelwind reload` refuses a webhook whose examples in `tests/` fail: `required` "
      + "does, and the webhook keeps its last good version. At a start it is broken then.")
  static let onFinding = Option(
    optional: "on_finding", .list(of: .line, "a program, by its absolute path, and its arguments"),
    "The program that `levelwind postprocess` runs when a finding of `levelwind health` begins, "
      + "worsens or ends, with the finding as JSON on its standard input: `[/usr/local/bin/alert]`."
  )
  static let pages = Option(
    "pages", PageRoles.form, default: PageRoles(),
    "Who may do what on the pages, by the names that the web server signs in. `levelwind pages "
      + "user add` writes them here.")

  static let options: [any DocumentedOption] = [
    baseURL, spool, state, threads, maxBody, maxInflight, deadline, minFree, minFreeInodes,
    history, peers, tests, onFinding, pages,
  ]

  /// Reads the file; nil if the file was refused, with its problems in `reading`.
  static func read(_ bytes: [UInt8], _ reading: Reading) -> Settings? {
    guard let root = reading.root(of: bytes),
      let file = Mapping(root, options: options, expected: "a mapping of settings")
    else { return nil }
    let settings = Settings(
      baseURL: file[baseURL].map(\.withoutLastSlashes), spool: file[spool], state: file[state],
      threads: file[threads], maxBodyBytes: file[maxBody],
      maxInflightBytes: file[maxInflight],
      deadline: file[deadline], minFreeBytes: file[minFree], minFreeInodes: file[minFreeInodes],
      historyBytes: file[history], peers: file[peers], requiresTests: file[tests] == .required,
      onFinding: file[onFinding] ?? [],
      pages: file[pages])
    if settings.baseURL?.hasSuffix("/webhook") == true {
      file.report(
        at: baseURL,
        "expected the URL before /webhook/<identifier>, without /webhook at its end"
      )
    }
    if let program = settings.onFinding.first, !program.hasPrefix("/") {
      file.report(at: onFinding, "expected the absolute path of a program first")
    }
    if !reading.hasErrors, settings.maxInflightBytes < settings.maxBodyBytes {
      let least = ByteSize.text(settings.maxBodyBytes)
      file.report(at: maxInflight, "expected at least max_body, which is \(least)")
    }
    return reading.hasErrors ? nil : settings
  }

  private static let userName = Form<String>.scalar(
    "user name", "the name of a user"
  ) { text in
    let isName = text.utf8.allSatisfy { (0x21...0x7e).contains($0) } && !text.contains(":")
    return isName && (1...32).contains(text.utf8.count) && text.first != "-" ? text : nil
  }
}

extension String {
  fileprivate var withoutLastSlashes: String {
    var text = self[...]
    while text.hasSuffix("/") { text.removeLast() }
    return String(text)
  }
}
