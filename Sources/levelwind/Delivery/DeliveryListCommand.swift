import Administration
import ArgumentParser
import Bytes
import FoundationEssentials
import History
import Webhooks

/// `levelwind delivery list`.
struct DeliveryListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists deliveries of the history, the newest first.",
    discussion: """
      All conditions have to hold. A search for words takes milliseconds over the days that are \
      indexed, which happens in the background once they are over; the rest is read. The search \
      ends after --time, and says where to go on.

      \(MomentOptions.words)
      """)

  @Argument(help: "Webhooks' identifiers; by default all.", completion: .webhooks)
  var identifiers: [String] = []
  @OptionGroup var history: HistoryOptions
  @OptionGroup var selection: DeliverySelection
  @Option(help: "At most this many.")
  var limit = 50
  @Option(help: ArgumentHelp("How long to search.", valueName: "span"))
  var time = Span(.seconds(2))
  @Flag(help: "Print one JSON object a line.")
  var json = false

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit has to be at least 1") }
    _ = try selection.query(identifiers)
  }

  func run() throws {
    let query = try selection.query(identifiers)
    let settings = try history.open()
    let search = DeliverySearch(state: settings.state, query, within: time.duration)
    var page: [HistoryEntry] = []
    let progress = Progress("looked at")
    search.watch { progress.show($0) }
    while page.count < limit, let entry = search.next() { page.append(entry) }
    progress.end()
    let last = page.last?.number
    // Entries are in the order in which they were written, within a second that of arrival.
    page.sort { ($0.facts.moment, $0.number) > ($1.facts.moment, $1.number) }
    show(page, settings)
    search.explain(time.duration, pageEnd: page.count == limit ? last : nil)
    if page.isEmpty, search.stopped == nil, !json { try explainNothing(settings) }
  }

  private func show(_ page: [HistoryEntry], _ settings: Settings) {
    let marks = DeliveryMarks(state: settings.state)
    if !json { print(DeliveryRow.head) }
    for entry in page {
      if json {
        Output.write(entry.json(marks.of(entry)))
      } else {
        print(DeliveryRow.row(entry, isBroughtBack: !marks.of(entry).isEmpty))
      }
    }
  }

  /// Says which of the webhooks keep no history.
  private func explainNothing(_ settings: Settings) throws {
    for identifier in identifiers {
      let kept = HistoryKept.isKept(of: identifier, state: settings.state)
      if !kept {
        ExitCode.say(
          "the history has nothing of \(identifier). It keeps deliveries from now on with history: "
            + "{for: 7d, bytes: 1GiB} in webhooks/\(identifier).yaml, then levelwind reload")
      }
    }
  }
}

/// A line of the list.
enum DeliveryRow {
  static let head = line(
    "TIME", "WEBHOOK", "VERDICT", "STATUS", "FROM", "BYTES", "DELIVERY", "WHAT")

  static func row(_ entry: HistoryEntry, isBroughtBack: Bool) -> String {
    let facts = entry.facts
    return line(
      Terminal.screen.time(facts.moment), facts.webhook, facts.verdict, "\(facts.status)",
      facts.remote, "\(facts.bodyBytes)", facts.id,
      (isBroughtBack ? "brought back; " : "") + facts.why
        + (facts.senderdelivery.map { "; sender's id \($0)" } ?? ""))
  }

  private static func line(
    _ time: String, _ webhook: String, _ verdict: String, _ status: String, _ remote: String,
    _ bytes: String, _ delivery: String, _ what: String
  ) -> String {
    let screen = Terminal.screen
    let words = SafeText.text(what, limit: 4096)
    guard screen.isNarrow, let width = screen.width else {
      return screen.entry(
        [
          .init(time, 29), .init(webhook, 20), .init(verdict, 11, isState: true),
          .init(status, 6), .init(remote, 15), .init(bytes, 8), .init(delivery, 36),
        ], words: words)
    }
    return screen.entry(
      [
        .init(time, 14), .init(webhook, max(12, min(20, width - 64))),
        .init(verdict, 11, isState: true), .init(status, 4), .init(screen.id(delivery), 13),
        .init(remote, 15),
      ], words: words)
  }
}

extension HistoryEntry {
  /// The entry for programs: its facts, its headers, the cursor behind it, and when it was brought
  /// back; with a newline at its end.
  func json(_ broughtBack: [BroughtBack.Mark], message isWhole: Bool = false) -> [UInt8] {
    var line = Array(factsText.dropLast())
    func add(_ name: String, _ value: [UInt8]) {
      line += Array(",\"\(name)\":".utf8) + value
    }
    add("cursor", Array("\(number)".utf8))
    add("headers", headers)
    if !broughtBack.isEmpty {
      let list = broughtBack.map { mark in
        var quoted: [UInt8] = []
        JSONText.appendQuoted(mark.words, to: &quoted)
        return quoted
      }
      add("brought_back", [0x5b] + list.joined(separator: [0x2c]) + [0x5d])
    }
    if isWhole {
      add("message", [0x22] + Array(Data(message).base64EncodedData()) + [0x22])
      add("has_body", Array("\(body != nil)".utf8))
    }
    // Within JSON's strings, the escapes of a terminal are JSON's.
    let safe = SafeText.text(String(decoding: line, as: UTF8.self), limit: .max)
    return Array("\(safe)}\n".utf8)
  }

  /// The headers as a JSON object; values of repeated headers are joined with `, `.
  private var headers: [UInt8] {
    guard let request = try? CapturedMessage(message).request else { return Array("{}".utf8) }
    var joined: [(name: String, value: [UInt8])] = []
    for field in request.headers.fields {
      if let place = joined.firstIndex(where: { $0.name == field.name }) {
        joined[place].value += Array(", ".utf8) + field.value
      } else {
        joined.append((field.name, Array(field.value)))
      }
    }
    var object: [UInt8] = [0x7b]
    for (index, field) in joined.enumerated() {
      if index > 0 { object.append(0x2c) }
      JSONText.appendQuoted(field.name, to: &object)
      object.append(0x3a)
      JSONText.appendQuoted(fromSender: field.value, to: &object)
    }
    return object + [0x7d]
  }
}
