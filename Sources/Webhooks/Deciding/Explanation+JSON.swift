import Bytes
import Spooling
import Verification

extension Explanation {
  /// The explanation for programs: one JSON object on one line, with a newline at its end.
  ///
  /// The members are `verdict`, `answer` (with `status`, `headers` and `body`), `delivery`,
  /// `verified`, `steps`, `routes` and `tasks` (each with its `task` as it would be written). Where
  /// they apply, there are also `webhook`, `senderdelivery`, `decoded` (if the body had a content
  /// coding), `check` and `reason` (of a rejection), and `records` (each with its `record`).
  public var json: [UInt8] {
    var members: [(String, JSONFragment)] = [
      ("verdict", .text(verdict)), ("answer", answer.fragment), ("delivery", .text(delivery)),
      ("verified", .text(decision.proof.verified)),
    ]
    if let webhook = decision.webhook {
      members.append(("webhook", .text(webhook.identifier.text)))
    }
    if let id = decision.proof.senderDelivery { members.append(("senderdelivery", .text(id))) }
    if let decoded = decision.decoded {
      members.append(
        (
          "decoded",
          .object([
            ("contentEncoding", .text(decoded.coding.rawValue)),
            ("sentBytes", .number(decoded.sentBytes)),
            ("bodyBytes", .number(decoded.bytes.count)),
          ])
        ))
    }
    if case .rejected(let rejection) = decision.verdict {
      members.append(("check", .text(rejection.check)))
      members.append(("reason", .text(rejection.reason)))
    }
    members.append(("steps", .list(decision.steps.map(\.fragment))))
    members.append(("routes", .list(decision.routes.map(\.fragment))))
    members.append(("tasks", .list(tasks.map(\.fragment))))
    if !records.isEmpty { members.append(("records", .list(records.map(\.recordFragment)))) }
    return JSONFragment.object(members).bytes + [10]
  }
}

extension Explanation {
  /// The documents of the tasks that would be written, each with the incoming configuration.
  public var documents: [(incoming: String, document: [UInt8])] {
    tasks.map { ($0.spool.path, $0.document) }
  }
}

extension Answer {
  fileprivate var fragment: JSONFragment {
    .object([
      ("status", .number(status)),
      ("headers", .object(headers.map { ($0.name, .text($0.value)) })),
      ("body", .text(String(decoding: body, as: UTF8.self))),
    ])
  }
}

extension Commit.Entry {
  fileprivate var fragment: JSONFragment {
    .object([
      ("incoming", .text(spool.path)), ("place", .text(place == .new ? "new" : "failed")),
      ("bytes", .number(size)), ("task", .written(document)),
    ])
  }

  fileprivate var recordFragment: JSONFragment {
    .object([
      ("post_processor", .text(postProcessor ?? "")), ("bytes", .number(size)),
      ("record", .written(document)),
    ])
  }

  /// The entry's document without the newline at its end.
  fileprivate var document: [UInt8] {
    let document = Array(parts.joined())
    return document.last == 10 ? document.dropLast() : document
  }
}
