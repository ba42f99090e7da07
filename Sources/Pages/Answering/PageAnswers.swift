import AdministrationMessages
import Bytes
import FoundationEssentials

/// Answers the requests for pages. It knows nothing by itself: what a page shows, the helper says.
struct PageAnswers: Sendable {
  let helper: HelperSocket

  /// A request, as far as pages look at it. Of each parameter, all values are there.
  struct Asked: Sendable {
    var method: [UInt8] = []
    /// The target as it was sent.
    var target: [UInt8] = []
    var users: [[UInt8]] = []
    var groups: [[UInt8]] = []
    var site: [[UInt8]] = []
    var mode: [[UInt8]] = []
    var destination: [[UInt8]] = []
    var id: [UInt8] = []
  }

  func answer(_ asked: Asked, at now: Date) -> Response {
    guard let visitor = Visitor(users: asked.users, groups: asked.groups) else {
      return refusal(
        403, "Nobody is signed in",
        "The web server didn't say who you are. It hands pages out to users alone whose names "
          + "consist of a-z, 0-9, '.', '_' and '-': see levelwind-pages(7).", at: now)
    }
    let (path, query) = Self.split(asked.target)
    let route = Route(path)
    func refused(_ status: Int, _ title: String, _ words: String) -> Response {
      refusal(status, title, words, for: visitor, at: now)
    }
    guard let route else {
      return refused(404, "There is no such page", "Follow one of the links above.")
    }
    guard ["GET", "HEAD"].contains(where: { asked.method.elementsEqual($0.utf8) }) else {
      var response = refused(
        405, "This page can only be looked at", "It takes GET and HEAD: nothing was changed.")
      response.others.append(("Allow", "GET, HEAD"))
      return response
    }
    guard
      Origin.allowsReading(site: asked.site, mode: asked.mode, destination: asked.destination)
    else {
      return refused(
        403, "Another site asked for this page",
        "A link may lead here, but no other site may embed or fetch a page.")
    }
    do throws(Fields.Unreadable) {
      return show(route, try Fields(query), to: visitor, asked, at: now)
    } catch {
      return refused(400, "The address can't be read", "Its query has \(error.words).")
    }
  }

  private func show(
    _ route: Route, _ fields: Fields, to visitor: Visitor, _ asked: Asked, at now: Date
  ) -> Response {
    switch route {
    case .root: return Response(to: .status)
    case .asset(let name):
      if let asset = Assets.all.first(where: { $0.name == name }) { return Response(asset) }
    default: break
    }
    guard let verb = route.verb(fields) else {
      return refusal(404, "There is no such page", "", for: visitor, at: now)
    }
    let question = AdministrationQuestion(
      user: visitor.user, groups: visitor.groups,
      request: String(decoding: asked.id.prefix(64), as: UTF8.self), verb)
    do throws(HelperSocket.Failure) {
      let answer = try helper.ask(question)
      return page(of: answer, route, verb, to: visitor, at: now)
    } catch {
      var response = refusal(
        503, "This can't be told at the moment", Self.words(error), route.section, for: visitor,
        at: now)
      response.others.append(("Retry-After", "10"))
      return response
    }
  }

  private static func words(_ failure: HelperSocket.Failure) -> String {
    switch failure {
    case .absent:
      "levelwind-administer isn't running, which knows what pages show: systemctl status "
        + "levelwind-administer.socket levelwind-administer.service"
    case .unanswered:
      "levelwind-administer gave no answer that can be read: journalctl -u levelwind-administer"
    }
  }

  private func page(
    of answer: AdministrationAnswer, _ route: Route, _ verb: AdministrationQuestion.Verb,
    to visitor: Visitor, at now: Date
  ) -> Response {
    func refused(_ status: Int, _ title: String, _ words: String) -> Response {
      refusal(status, title, words, route.section, for: visitor, answer.role, at: now)
    }
    switch answer.content {
    case .missing(let words): return refused(404, "It isn't there", words)
    case .forbidden(let words): return refused(403, "Your role doesn't allow this", words)
    case .unusable(let field, let words):
      let problem = "\(field): \(words)"
      guard var frame = Frame(askingAgain: verb, answer.role ?? .viewer, problem: problem) else {
        return refused(400, "The filter can't be used", problem)
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
    return Response(frame.page(for: visitor.user, answer.role, at: now))
  }

  private func refusal(
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

  private static func split(_ target: [UInt8]) -> (path: [UInt8], query: [UInt8]) {
    guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return (target, []) }
    return (Array(target[..<mark]), Array(target[(mark + 1)...]))
  }
}

extension Frame {
  /// The page of a filter that can't be used, with what was typed still there.
  init?(askingAgain verb: AdministrationQuestion.Verb, _ role: UserRole, problem: String) {
    switch verb {
    case .deliveries(let filter): self.init(DeliveriesShown(), filter, role, problem: problem)
    case .tasks(let filter): self.init(TasksShown(), filter, problem: problem)
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
    case (.webhooks(let shown), .webhooks(let filter)): self.init(shown, filter)
    case (.webhook(let shown), _): self.init(shown, at: now)
    case (.incomingList(let shown), _):
      self.init(shown, isOfTasks: route == .spools, at: now)
    case (.incoming(let shown), _): self.init(shown, at: now)
    case (.deliveries(let shown), .deliveries(let filter)): self.init(shown, filter, role)
    case (.delivery(let shown), _): self.init(shown, role)
    case (.request(let shown), _): self.init(shown, route)
    case (.tasks(let shown), .tasks(let filter)): self.init(shown, filter)
    case (.task(let shown), _): self.init(shown, role)
    default: return nil
    }
  }
}
