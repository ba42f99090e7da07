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

/// A piece of JSON to write.
private enum JSONFragment {
  case text(String)
  case number(Int)
  case list([JSONFragment])
  case object([(String, JSONFragment)])
  /// Bytes that are JSON already.
  case written([UInt8])

  var bytes: [UInt8] {
    switch self {
    case .text(let text): return Self.quoted(text)
    case .number(let number): return Array("\(number)".utf8)
    case .written(let bytes): return bytes
    case .list(let entries):
      return [UInt8(ascii: "[")] + entries.map(\.bytes).joined(separator: [UInt8(ascii: ",")])
        + [UInt8(ascii: "]")]
    case .object(let members):
      let written = members.map { Self.quoted($0.0) + [UInt8(ascii: ":")] + $0.1.bytes }
      return [UInt8(ascii: "{")] + written.joined(separator: [UInt8(ascii: ",")])
        + [UInt8(ascii: "}")]
    }
  }

  private static func quoted(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    JSONText.appendQuoted(text, to: &bytes)
    return bytes
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
  private var document: [UInt8] {
    let document = Array(parts.joined())
    return document.last == 10 ? document.dropLast() : document
  }
}

extension PreProcessorStep {
  fileprivate var fragment: JSONFragment {
    var members: [(String, JSONFragment)] = [("check", .text(type)), ("index", .number(index))]
    switch outcome {
    case .passed(let proof):
      members += [("outcome", .text("passed")), ("verified", .text(proof.verified))]
      if let name = proof.secretName { members.append(("secret", .text(name))) }
    case .answered: members.append(("outcome", .text("answered")))
    case .failed(let rejection):
      members += [("outcome", .text("failed")), ("reason", .text(rejection.reason))]
    case .observed(let rejection):
      members += [("outcome", .text("observed")), ("reason", .text(rejection.reason))]
    }
    return .object(members)
  }
}

extension RouteStep {
  fileprivate var fragment: JSONFragment {
    let incoming = ("incoming", JSONFragment.text(incoming))
    return switch outcome {
    case .tasks(let count):
      .object([incoming, ("outcome", .text("tasks")), ("tasks", .number(count))])
    case .unwanted: .object([incoming, ("outcome", .text("unwanted"))])
    case .failed(let reason):
      .object([incoming, ("outcome", .text("failed")), ("reason", .text(reason))])
    case .skipped(let reason):
      .object([incoming, ("outcome", .text("skipped")), ("reason", .text(reason))])
    }
  }
}
