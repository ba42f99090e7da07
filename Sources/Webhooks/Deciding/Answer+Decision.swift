import Bytes
import Spooling
import Verification

extension Answer {
  /// Returns an answer with a JSON body.
  public static func json(_ status: Int, _ body: String) -> Answer {
    Answer(
      status: status, headers: [Header("Content-Type", "application/json")],
      body: Array((body + "\n").utf8))
  }

  /// Returns an answer with problem details by RFC 9457: title, status and the delivery's id. The
  /// answer never says which check failed.
  public static func problem(_ status: Int, delivery: String) -> Answer {
    let title = HTTPText.reason(of: status) ?? (status < 500 ? "Refused" : "Unavailable")
    return Answer(
      status: status, headers: [Header("Content-Type", "application/problem+json")],
      body: Array(
        #"{"title":"\#(title)","status":\#(status),"delivery":"\#(delivery)"}"#.utf8) + [10])
  }
}

extension Answer {
  /// The value of Retry-After for a temporary rejection, in seconds.
  private static let retryAfter = "10"

  /// Creates the answer to a decision that was carried out.
  init(to decision: Decision, _ arrival: Arrival) {
    let rule = decision.webhook?.response ?? .usual
    let sender = decision.webhook?.senderAnswers ?? SenderAnswers()
    let id = arrival.id.description
    switch decision.verdict {
    case .accepted(let commit):
      let tasks = commit.entries.count { $0.place == .new && !$0.isState }
      self.init(success: rule, sender, delivery: id, tasks: tasks)
    case .answered(let answer, _):
      self = answer
    case .repeated(let first):
      self.init(success: rule, sender, delivery: first, tasks: 0)
    case .rejected(let rejection):
      self.init(to: rejection, rule, sender, delivery: id)
      // A disabled webhook answers like a path without a webhook, so the body stays.
      if sender.mustBeEmpty, status >= 300, rejection.cause != .disabled {
        body = []
        headers.removeAll { $0.name == "Content-Type" }
      }
    }
  }

  private init(
    success rule: ResponseRule, _ sender: SenderAnswers, delivery: String, tasks: Int
  ) {
    if rule.body == nil, rule.status == ResponseRule.usual.status, let answer = sender.accepted {
      self = answer
    } else if rule.body == nil, sender.mustBeEmpty {
      self.init(status: rule.status)
    } else if let body = rule.body {
      self.init(status: rule.status, body: Array(body.utf8))
      headers = [Header("Content-Type", "text/plain; charset=utf-8")]
    } else {
      self = .json(rule.status, #"{"id":"\#(delivery)","tasks":\#(tasks)}"#)
    }
    for header in rule.headers {
      headers.removeAll { $0.name.lowercased() == header.name.lowercased() }
      headers.append(header)
    }
  }

  private init(
    to rejection: Rejection, _ rule: ResponseRule, _ sender: SenderAnswers, delivery: String
  ) {
    let mapped =
      rejection.isTemporary
      ? rule.temporary
      : rejection.cause == .disabled ? rule.disabled : rule.permanent ?? sender.refused
    let status = mapped ?? rejection.status
    guard status >= 300 else {
      var success = rule
      success.status = status
      self.init(success: success, sender, delivery: delivery, tasks: 0)
      return
    }
    self = .problem(status, delivery: delivery)
    if rejection.isTemporary { headers.append(Header("Retry-After", Self.retryAfter)) }
    if rejection.cause == .method {
      headers.append(Header("Allow", rejection.allowedMethods.joined(separator: ", ")))
    }
    // RFC 9110, section 15.5.16: the header tells the sender that the content coding is the cause,
    // not the content type.
    if rejection.cause == .unsupported, rejection.check == ContentCoding.check {
      headers.append(Header("Accept-Encoding", ContentCoding.accepted))
    }
  }
}
