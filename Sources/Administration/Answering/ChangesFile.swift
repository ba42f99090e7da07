import AdministrationMessages
import Bytes
import FoundationEssentials
import Glibc
import Serving
import Spooling
import Webhooks

/// The file `changes` of the state: a line of JSON for each change that was made on the pages, and
/// for each look at a body. A full file becomes `changes.1`, and the one before it is removed.
struct ChangesFile {
  /// What was done.
  enum Verb: String {
    case request = "looked at the request of"
    case body = "took the body of"
  }

  private let path: String
  /// The bytes of a full file: some 20,000 lines.
  private static let most = 4 << 20

  init(state: String) { path = "\(state)/changes" }

  /// Adds a line, and an entry of the journal.
  func add(_ verb: Verb, _ target: String, by asker: Asker, at now: Date) throws(SystemError) {
    var line = ChangesShown.Line()
    line.time = now
    line.user = asker.user
    line.role = asker.role.rawValue
    line.verb = verb.rawValue
    line.target = SafeText.text(target, limit: 400)
    line.outcome = "done"
    line.request = asker.request
    try append(line)
    ServiceLog.note(
      LogRecord(
        .looked, at: now, isDelivery: false,
        fields: [
          ("user", .text(line.user)), ("role", .text(line.role)), ("verb", .text(line.verb)),
          ("target", .text(line.target)), ("outcome", .text(line.outcome)),
          ("request_id", .text(line.request)),
        ]))
  }

  private func append(_ line: ChangesShown.Line) throws(SystemError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .secondsSince1970
    let bytes = ((try? encoder.encode(line)).map(Array.init) ?? []) + [UInt8(ascii: "\n")]
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o640)
    guard file >= 0 else { throw SystemError(.openat, errno) }
    defer { close(file) }
    guard write(file, bytes, bytes.count) == bytes.count else { throw SystemError(.writev, errno) }
    var status = stat()
    if fstat(file, &status) == 0, status.st_size > Self.most { rename(path, "\(path).1") }
  }

  /// Returns a page of the lines, the newest first.
  ///
  /// - Parameter before: the place in both files that the page ends before; nil for their end.
  /// - Returns: the page.
  func shown(before: Int?) -> ChangesShown {
    let text = Self.read("\(path).1") + Self.read(path)
    let end = max(0, min(before ?? text.count, text.count))
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    var shown = ChangesShown()
    var place = end
    while place > 0, shown.lines.count < AdministrationQuestion.rows {
      let start = text[..<(place - 1)].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      if let line = try? decoder.decode(
        ChangesShown.Line.self, from: Data(text[start..<(place - 1)]))
      {
        shown.lines.append(line)
      }
      place = start
    }
    shown.next = place > 0 ? place : nil
    return shown
  }

  private static func read(_ path: String) -> [UInt8] {
    FileManager.default.contents(atPath: path).map { Array($0) } ?? []
  }
}
