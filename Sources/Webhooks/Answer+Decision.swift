import Spooling
import Verification

extension Answer {
  /// Seconds after which a sender that was refused for a while is asked to come again.
  private static let retryAfter = "10"

  /// What the sender is told of a decision once it was carried out.
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
      // A disabled webhook is a path like any that leads nowhere.
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
      self.init(
        status: answer.status, headers: answer.headers.map { Header($0.name, $0.value) },
        body: answer.body)
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
      headers.append(Header(header.name, header.value))
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
    // RFC 9110, section 15.5.16: so that a sender doesn't take its content type for the cause.
    if rejection.cause == .unsupported, rejection.check == ContentCoding.check {
      headers.append(Header("Accept-Encoding", ContentCoding.accepted))
    }
  }
}
