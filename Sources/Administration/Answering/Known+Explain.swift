import AdministrationMessages
import FoundationEssentials
import Spooling
import Verification
import Webhooks

extension Administering.Known {
  /// How many tasks of an explanation are shown, and how much of each.
  private static let mostTasks = 10
  private static let mostBytes = 4_000

  /// Says what would become of a request, as `levelwind explain` does. It has no effect.
  func explained(
    _ pasted: PastedRequest, by asker: Asker, _ directory: String, at now: Date
  ) throws(Obstacle) -> ExplainedShown {
    guard let identifier = Identifier(pasted.webhook), let entry = snapshot.webhooks[identifier]
    else { throw .missing("there is no webhook \(pasted.webhook)") }
    var shown = ExplainedShown()
    shown.webhook = identifier.text
    shown.name = entry.webhook?.name ?? identifier.text
    if pasted.text.isEmpty { return shown }
    var request = try PastedMessage(pasted.text).request()
    request.remote = pasted.remote.isEmpty ? "127.0.0.1" : pasted.remote
    try note(.explained, "webhook \(identifier)", by: asker, at: now)
    let explanation = Explanation(
      request, for: identifier, at: now, in: try verifying(directory, at: now))
    shown.text = explanation.text
    shown.isRefused = explanation.isRejected
    let documents = explanation.documents
    shown.tasks = documents.prefix(Self.mostTasks).map { one in
      var task = ExplainedShown.Task()
      task.incoming = one.incoming
      task.document = String(decoding: one.document.prefix(Self.mostBytes), as: UTF8.self)
      if one.document.count > Self.mostBytes { task.document += "…" }
      return task
    }
    shown.more = documents.count - shown.tasks.count
    return shown
  }
}

/// A request from a text field. Browsers end each line of one with CR LF, so the ends of lines that
/// the sender's body had are found by its Content-Length.
struct PastedMessage {
  private let head: ArraySlice<UInt8>
  private let body: ArraySlice<UInt8>

  init(_ text: String) {
    let bytes = Array(text.utf8)
    let empty = bytes.firstRange(of: Array("\r\n\r\n".utf8)) ?? bytes.firstRange(of: [10, 10])
    let end = empty?.upperBound ?? bytes.endIndex
    head = bytes[..<end]
    body = bytes[end...]
  }

  /// Returns the request, with the line ends that fit its length: LF, or else CR LF.
  func request() throws(Obstacle) -> Request {
    let plain = Self.withoutReturns(body)
    var bodies = [plain, Array(body)]
    if body.suffix(2).elementsEqual([13, 10]) { bodies.append(body.dropLast(2)) }
    var why = ""
    for body in bodies {
      do throws(CapturedMessage.Unreadable) {
        return try CapturedMessage(head + body).request
      } catch {
        if why.isEmpty { why = "\(error)" }
      }
    }
    throw .unusable("request", "it isn't an HTTP/1.1 request: \(why)")
  }

  private static func withoutReturns(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var plain: [UInt8] = []
    plain.reserveCapacity(bytes.count)
    for byte in bytes {
      if byte == 10, plain.last == 13 { plain.removeLast() }
      plain.append(byte)
    }
    return plain
  }
}
