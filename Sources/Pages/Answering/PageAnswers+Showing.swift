import AdministrationMessages
import FoundationEssentials

extension PageAnswers {
  /// The page of an answer, or the page that says why there isn't one.
  func page(
    of answer: AdministrationAnswer, _ route: Route, _ verb: AdministrationQuestion.Verb,
    to visitor: Visitor, _ done: Done?, at now: Date
  ) -> Response {
    func refused(_ status: Int, _ title: String, _ words: String) -> Response {
      refusal(status, title, words, route.section, for: visitor, answer.role, at: now)
    }
    switch answer.content {
    case .missing(let words): return refused(404, "It isn't there", words)
    case .forbidden(let words): return refused(403, "Your role doesn't allow this", words)
    case .changedSince(let words):
      return refused(409, "It was changed since you looked", "\(words) Nothing was done.")
    case .unusable(let field, let words):
      let problem = "\(field): \(words)"
      guard var frame = Frame(askingAgain: verb, answer.role ?? .viewer, problem: problem) else {
        return refused(400, "This can't be used", problem)
      }
      frame.section = route.section
      return Response(frame.page(for: visitor.user, answer.role, at: now), status: 400)
    case .failed(let words): return refused(503, "This can't be told at the moment", words)
    case .body(let body):
      return Response(download: Array(body.bytes), named: "\(body.id).body")
    default: break
    }
    guard var frame = Frame(answer.content, route, verb, answer.role ?? .viewer, at: now) else {
      return refused(503, "This can't be told at the moment", "The answer is of another kind.")
    }
    frame.section = route.section
    frame.done = done
    return Response(frame.page(for: visitor.user, answer.role, at: now))
  }

  /// A page of nothing but words.
  func refusal(
    _ status: Int, _ title: String, _ words: String, _ section: Frame.Section? = nil,
    for visitor: Visitor? = nil, _ role: UserRole? = nil, at now: Date
  ) -> Response {
    let content: HTML = "<p>\(lines: words)</p>\n"
    guard let visitor else {
      return Response(Frame(title: title, content: content).bare, status: status)
    }
    let frame = Frame(title: title, section: section, content: content)
    return Response(frame.page(for: visitor.user, role, at: now), status: status)
  }
}

extension Frame {
  /// The page of a filter that can't be used, with what was typed still there.
  init?(askingAgain verb: AdministrationQuestion.Verb, _ role: UserRole, problem: String) {
    switch verb {
    case .deliveries(let filter): self.init(DeliveriesShown(), filter, role, problem: problem)
    case .tasks(let filter): self.init(TasksShown(), filter, role, problem: problem)
    case .taskPlan(_, let choice), .changeTasks(_, let choice):
      self.init(choosingAgain: choice.filter, problem)
    case .explain(let pasted): self.init(ExplainedShown(), pasted, problem: problem)
    default: return nil
    }
  }

  /// The page of an answer; nil for an answer that isn't shown as a page.
  init?(
    _ content: AdministrationAnswer.Content, _ route: Route, _ verb: AdministrationQuestion.Verb,
    _ role: UserRole, at now: Date
  ) {
    switch (content, verb) {
    case (.status(let shown), _): self.init(shown)
    case (.info(let shown), _): self.init(shown)
    case (.changes(let shown), _): self.init(shown)
    case (.users(let shown), _): self.init(shown)
    case (.webhooks(let shown), .webhooks(let filter)): self.init(shown, filter, role)
    case (.webhook(let shown), _):
      self.init(shown, role, at: now)
      let file = ConfiguredFile(.webhook, shown.line.identifier, version: shown.version)
      let isDisabled = shown.line.state == "disabled"
      self.content = "\(Self.actions(on: file, isDisabled: isDisabled, role))\(self.content)"
    case (.incomingList(let shown), _):
      self.init(shown, isOfTasks: route == .spools, at: now)
      if route != .spools { self.content = "\(Self.maker(.incoming, role))\(self.content)" }
    case (.incoming(let shown), _):
      self.init(shown, at: now)
      let file = ConfiguredFile(.incoming, shown.identifier, version: shown.version)
      if !shown.version.isEmpty {
        self.content = "\(Self.actions(on: file, isDisabled: false, role))\(self.content)"
      }
    case (.deliveries(let shown), .deliveries(let filter)): self.init(shown, filter, role)
    case (.delivery(let shown), _): self.init(shown, role)
    case (.request(let shown), _): self.init(shown, route)
    case (.tasks(let shown), .tasks(let filter)): self.init(shown, filter, role)
    case (.task(let shown), _): self.init(shown, role)
    case (.taskPlan(let shown), .taskPlan(let action, let choice)):
      self.init(shown, action, choice.filter, id: route.taskID)
    case (.tasksChanged(let changed), .changeTasks(let action, let choice)):
      self.init(changed, action, choice)
    case (.againPlan(let shown), .againPlan(let choice)): self.init(shown, choice)
    case (.broughtBack(let shown), .bringBack(let choice)): self.init(shown, choice)
    case (.explained(let shown), .explain(let pasted)): self.init(shown, pasted)
    default: return nil
    }
  }
}
