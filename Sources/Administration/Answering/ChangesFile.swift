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
    case explained = "explained a request to"
    case retried, purged
    case broughtBack = "brought back"
    case enabled, disabled, edited, duplicated, deleted, created
    case addedSecret = "gave a secret to"
    case endedSecret = "ended a secret of"
    case removedSecret = "took a secret out of"

    /// Whether nothing was changed.
    fileprivate var isLook: Bool { self == .request || self == .body || self == .explained }
  }

  /// What is noted of a change or a look.
  struct Note {
    let verb: Verb
    /// What it was done to: `task ID of INCOMING`, `delivery ID`.
    let target: String
    var outcome = "done"
    /// The versions or counts before and after; empty where nothing was changed.
    var before = ""
    var after = ""
    /// The lines of a file that were taken out and put in.
    var difference = ""

    init(_ verb: Verb, _ target: String) {
      self.verb = verb
      self.target = target
    }
  }

  private let path: String
  /// The bytes of a full file: some 20,000 lines.
  private static let most = 4 << 20

  init(state: String) { path = "\(state)/changes" }

  /// The file of `levelwind configure`, whose user may write into this folder alone.
  init(configuredIn state: String) {
    mkdir("\(state)/configure", 0o750)
    path = "\(state)/configure/changes"
  }

  /// Opens the file for a note. What can't be noted isn't done, so this comes before it.
  func open() throws(SystemError) -> Pen { try Pen(path) }

  /// The file, open for a note.
  final class Pen: Sendable {
    private let path: String
    private let file: Int32

    fileprivate init(_ path: String) throws(SystemError) {
      self.path = path
      let flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC
      file = Glibc.open(path, flags, 0o640)
      guard file >= 0 else { throw SystemError(.openat, errno) }
    }

    deinit { close(file) }

    /// Adds a line, and an entry of the journal.
    func add(_ note: Note, by asker: Asker, at now: Date) throws(SystemError) {
      var line = ChangesShown.Line()
      line.time = now
      line.user = asker.user
      line.role = asker.role.rawValue
      line.verb = note.verb.rawValue
      line.target = SafeText.text(note.target, limit: 400)
      line.outcome = SafeText.text(note.outcome, limit: 400)
      line.request = asker.request
      line.before = note.before
      line.after = note.after
      line.difference = note.difference.isEmpty ? nil : note.difference
      ServiceLog.note(note.record(line))
      try append(line)
    }

    private func append(_ line: ChangesShown.Line) throws(SystemError) {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      encoder.dateEncodingStrategy = .secondsSince1970
      let bytes = ((try? encoder.encode(line)).map(Array.init) ?? []) + [UInt8(ascii: "\n")]
      guard write(file, bytes, bytes.count) == bytes.count else {
        throw SystemError(.writev, errno)
      }
      var status = stat()
      if fstat(file, &status) == 0, status.st_size > ChangesFile.most {
        rename(path, "\(path).1")
      }
    }
  }

  /// Returns a page of the lines of both helpers, the newest first.
  ///
  /// - Parameters:
  ///   - state: the state directory.
  ///   - before: the place that the page ends before, as an earlier page gave it; nil for the end.
  /// - Returns: the page.
  static func shown(state: String, before: Int?) -> ChangesShown {
    let texts = [ChangesFile(state: state).path, "\(state)/configure/changes"]
      .map { read("\($0).1") + read($0) }
    // Both places fit into one number: a file and the one before it have less than 16 MiB.
    let ends = before.map { [$0 >> 24, $0 & 0xff_ffff] } ?? texts.map(\.count)
    var lines = zip(texts, ends).map { Backwards($0, end: $1) }
    var shown = ChangesShown()
    while shown.lines.count < AdministrationQuestion.rows {
      let newest = lines.indices.filter { lines[$0].line != nil }
        .max { lines[$0].time < lines[$1].time }
      guard let newest, let line = lines[newest].line else { break }
      shown.lines.append(line)
      lines[newest].advance()
    }
    let left = lines.map(\.end)
    shown.next = left.allSatisfy { $0 == 0 } ? nil : left[0] << 24 | left[1]
    return shown
  }

  /// The lines of a text, from the last one on.
  private struct Backwards {
    private let text: [UInt8]
    private var start: Int
    /// The place behind the line.
    private(set) var end: Int
    /// nil at the beginning of the text.
    private(set) var line: ChangesShown.Line?

    var time: Date { line?.time ?? .distantPast }

    init(_ text: [UInt8], end: Int) {
      self.text = text
      self.end = max(0, min(end, text.count))
      start = self.end
      read()
    }

    mutating func advance() {
      end = start
      read()
    }

    private mutating func read() {
      let decoder = JSONDecoder()
      decoder.dateDecodingStrategy = .secondsSince1970
      line = nil
      while end > 0, line == nil {
        start = text[..<(end - 1)].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        line = try? decoder.decode(
          ChangesShown.Line.self, from: Data(text[start..<(end - 1)]))
        if line == nil { end = start }
      }
    }
  }

  private static func read(_ path: String) -> [UInt8] {
    FileManager.default.contents(atPath: path).map { Array($0) } ?? []
  }
}

extension ChangesShown {
  /// The page as a role may see it: the lines of files are for administrators alone.
  func shown(to role: UserRole) -> ChangesShown {
    guard role < .administrator else { return self }
    var shown = self
    for index in shown.lines.indices { shown.lines[index].difference = nil }
    return shown
  }
}

extension ChangesFile.Note {
  /// The entry of the journal.
  fileprivate func record(_ line: ChangesShown.Line) -> LogRecord {
    var fields: [LogRecord.Field] = [
      ("user", .text(line.user)), ("role", .text(line.role)), ("verb", .text(line.verb)),
      ("target", .text(line.target)), ("outcome", .text(line.outcome)),
      ("request_id", .text(line.request)),
    ]
    if !verb.isLook {
      fields += [("before", .text(line.before)), ("after", .text(line.after))]
    }
    return LogRecord(
      verb.isLook ? .looked : .changed, at: line.time, isDelivery: false, fields: fields)
  }
}
