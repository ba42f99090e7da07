import Administration
import ArgumentParser
import FoundationEssentials
import Glibc
import Webhooks

/// `levelwind delivery follow`.
struct DeliveryFollowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "follow",
    abstract: "Prints deliveries as they come, and first those behind a cursor.",
    discussion: """
      Without --after or --cursor, it begins with what comes now. Each line of --json has a \
      cursor and the whole request. --cursor keeps the place in a file: what came while nobody \
      followed is printed first the next time.

        ssh server levelwind delivery follow shop --json |
          levelwind delivery send - --to http://localhost:3000/hook
      """)

  @Argument(help: "Webhooks' identifiers; by default all.", completion: .webhooks)
  var identifiers: [String] = []
  @OptionGroup var history: HistoryOptions
  @Option(help: ArgumentHelp("Begin behind this cursor.", valueName: "cursor"))
  var after: Int?
  @Option(
    help: ArgumentHelp(
      "Begin behind the cursor in this file, and keep it there.", valueName: "file"))
  var cursor: String?
  @Flag(help: "Print one JSON object a line, with the whole request.")
  var json = false
  @Flag(help: "End when there is nothing more.")
  var once = false

  func run() throws {
    var query = try DeliverySelection.parse([]).query(identifiers)
    var keeper = try cursor.map { try CursorFile($0) }
    let settings = try history.open()
    var place = after ?? keeper?.value ?? Int(Date().timeIntervalSince1970 * 1_000_000)
    if !json { print(DeliveryRow.head) }
    while true {
      query.filter.after = place
      for entry in Self.news(query, settings.state) {
        if json {
          Output.write(entry.json([], message: true))
        } else {
          Output.write("\(DeliveryRow.row(entry, isBroughtBack: false))\n")
        }
        place = entry.number
        try keeper?.write(place)
      }
      if once { return }
      usleep(300_000)
    }
  }

  /// Returns what is new, the oldest first.
  ///
  /// The responder writes one webhook after the other, with rising numbers. A second look finds
  /// what it was still writing for another webhook at the first one.
  private static func news(_ query: DeliveryQuery, _ state: String) -> [HistoryEntry] {
    func look(_ query: DeliveryQuery) -> [HistoryEntry] {
      let search = DeliverySearch(state: state, query)
      var found: [HistoryEntry] = []
      while let entry = search.next() { found.append(entry) }
      return found
    }
    guard let newest = look(query).first else { return [] }
    var second = query
    second.filter.before = newest.number + 1
    return look(second).reversed()
  }
}

/// A cursor in a file.
struct CursorFile {
  private let path: String
  private(set) var value: Int?

  /// Reads the file, which may be missing.
  ///
  /// - Throws: exit code 1 if it holds something else.
  init(_ path: String) throws {
    self.path = path
    guard access(path, F_OK) == 0 else { return }
    let bytes: [UInt8]
    do { bytes = try Input.read(path, most: 64) } catch { throw ExitCode.because(1, "\(error)") }
    guard let number = Int(String(decoding: bytes, as: UTF8.self).trimmed) else {
      throw ExitCode.because(1, "\(path) holds no cursor: remove it to begin with what comes now")
    }
    value = number
  }

  /// Keeps another cursor: the file always holds one of them.
  mutating func write(_ cursor: Int) throws {
    value = cursor
    let bytes = Array("\(cursor)\n".utf8)
    let file = open("\(path).new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure() }
    defer { close(file) }
    guard Glibc.write(file, bytes, bytes.count) == bytes.count,
      rename("\(path).new", path) == 0
    else { throw failure() }
  }

  private func failure() -> ExitCode {
    .because(1, "\(path) can't be written: \(String(cString: strerror(errno)))")
  }
}
