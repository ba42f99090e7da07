import Bytes
import Foundation
import Spooling
import Verification

@testable import Webhooks

/// A delivery as the web server passes it: lines of parameters, `REQUEST_URI=/webhook/a`, an empty
/// line and the body. It goes the whole way, from the parameters to the tasks, the answer and the
/// log. `WEBHOOK=…` sends it to one of `FuzzSite.webhooks`, whatever its path.
enum DeliveryTarget {
  private static let site = FuzzSite.load()

  static func run(_ input: [UInt8]) {
    let message = Message(input)
    let parameters = PassedParameters(message.lines)
    var request = parameters.request
    request.body = message.body
    look(up: request)
    let webhook = parameters.webhook.flatMap { Identifier(bytes: $0) }
    let moment = webhook.flatMap { site.moments[$0.text] } ?? FuzzSite.moment
    let arrival = Arrivals().next(at: moment)
    let decision = Judge.decide(request, arrival, site.snapshot, as: webhook)
    let answer = Answer(to: decision, arrival)
    check(answer)
    if case .accepted(let commit) = decision.verdict {
      let name = decision.webhook?.identifier.text ?? ""
      hold(!FuzzSite.unforgeable.contains(name), "\(name) was forged")
      let sent = decision.decoded?.bytes ?? request.body
      for entry in commit.entries { check(entry, sent, decision.proof) }
    }
    log(decision, arrival, request, parameters.requestID)
  }

  /// Checks that the path leads to the webhook that it names, byte for byte, or to none.
  private static func look(up request: Request) {
    guard let found = site.snapshot.identifier(at: request.path) else { return }
    hold(request.path == Array("/webhook/\(found.text)".utf8), "the path is of another webhook")
  }

  private static func check(_ answer: Answer) {
    hold(200...599 ~= answer.status, "the status is \(answer.status)")
    let values = answer.headers.flatMap { [$0.name, $0.value] }
    hold(!values.joined().utf8.contains { $0 < 0x20 && $0 != 9 }, "the answer's headers are split")
  }

  private static func check(_ entry: Commit.Entry, _ sent: [UInt8], _ proof: Proof) {
    let file = TaskFile(Array(entry.parts.joined()))
    hold(file.body(of: sent.count) == sent, "the body is another one")
    for name in proof.omittedHeaders.union(["authorization", "cookie"]) {
      hold(file.text("data", "headers", name) == nil, "header \(name) is in the task")
    }
  }

  /// Checks that the log entry is one line of JSON without control characters.
  private static func log(
    _ decision: Decision, _ arrival: Arrival, _ request: Request, _ requestID: String?
  ) {
    DeliveryLog(CheckedLog()).note(
      DeliveryLog.Entry(
        decision: decision, webhook: decision.webhook?.identifier ?? Identifier("a"),
        arrival: arrival, request: request, requestID: requestID, status: 200,
        duration: .zero))
  }
}

/// Writes log entries at once, and checks them.
private struct CheckedLog: LogOutput {
  func take(_ entry: any LogEntry) {
    let lines = JSONLines { line in
      hold(JSONText.isValid(line) && line.last == 10, "what is logged is no JSON")
      hold(!line.dropLast().contains { $0 < 0x20 || $0 == 0x7F }, "a line of the log is split")
      return true
    }
    hold(lines.write([entry.record]) == 0, "what is logged is not written")
  }
}
