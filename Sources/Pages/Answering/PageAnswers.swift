import AdministrationMessages
import Bytes
import FoundationEssentials

/// Answers the requests for pages. It knows nothing by itself: what a page shows, a helper says;
/// and what a form asks for, a helper does.
struct PageAnswers: Sendable {
  let helpers: [Helper: HelperSocket]

  /// The most bytes of a form.
  static let mostOfForm = 1 << 20

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
    var origin: [[UInt8]] = []
    var host: [[UInt8]] = []
    var contentType: [[UInt8]] = []
    var body = Body.whole([])
    var id: [UInt8] = []

    /// The body of a POST.
    enum Body: Sendable {
      case whole([UInt8])
      case tooLarge
      case broken
    }

    func isMethod(_ name: String) -> Bool { method.elementsEqual(name.utf8) }
  }

  func answer(_ asked: Asked, at now: Date) -> Response {
    guard let visitor = Visitor(users: asked.users, groups: asked.groups) else {
      return refusal(
        403, "Nobody is signed in",
        "The web server didn't say who you are. It hands pages out to users alone whose names "
          + "consist of a-z, 0-9, '.', '_' and '-': see levelwind-pages(7).", at: now)
    }
    let (path, query) = Self.split(asked.target)
    func refused(_ status: Int, _ title: String, _ words: String) -> Response {
      refusal(status, title, words, for: visitor, at: now)
    }
    guard let route = Route(path) else {
      return refused(404, "There is no such page", "Follow one of the links above.")
    }
    if asked.isMethod("POST"), route.takesForms {
      return change(route, asked, by: visitor, at: now)
    }
    guard asked.isMethod("GET") || asked.isMethod("HEAD") else {
      let methods = route.takesForms ? "GET, HEAD, POST" : "GET, HEAD"
      var response = refused(
        405, "This page can't do that", "It takes \(methods): nothing was changed.")
      response.others.append(("Allow", methods))
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
    return ask(verb, route, asked, by: visitor, at: now) { answer in
      configurationPage(of: answer, route, verb, fields, to: visitor, at: now)
        ?? page(of: answer, route, verb, to: visitor, Done(rawValue: fields["done"]), at: now)
    }
  }

  /// Has a helper do what a form asks for. What isn't a form of ours is refused before anybody is
  /// asked.
  private func change(
    _ route: Route, _ asked: Asked, by visitor: Visitor, at now: Date
  ) -> Response {
    func refused(_ status: Int, _ words: String) -> Response {
      refusal(
        status, "Nothing was changed", words, route.section, for: visitor, at: now)
    }
    if let words = Origin.objection(site: asked.site, origin: asked.origin, host: asked.host) {
      return refused(403, "\(words) Open the page yourself, and do it there.")
    }
    let form = "application/x-www-form-urlencoded"
    guard asked.contentType.count == 1, asked.contentType[0].elementsEqual(form.utf8) else {
      return refused(415, "A page takes forms alone: Content-Type: \(form).")
    }
    let body: [UInt8]
    switch asked.body {
    case .whole(let bytes): body = bytes
    case .tooLarge: return refused(413, "A form has at most 1 MiB.")
    case .broken: return refused(400, "The form didn't come as a whole: send it again.")
    }
    let change: Change?
    let fields: Fields
    do throws(Fields.Unreadable) {
      fields = try Fields(body, most: Fields.mostOfForm)
      change = route.change(fields)
    } catch {
      return refused(400, "The form can't be read: it has \(error.words).")
    }
    guard let change else { return refused(400, "The form asks for nothing that is known here.") }
    if let words = caution(change.verb, fields, by: visitor, at: now) {
      return refused(400, words)
    }
    let generation = change.verb.helper == .configure ? loading(after: nil, by: visitor) : nil
    return ask(change.verb, route, asked, by: visitor, at: now) { answer in
      switch answer.content {
      case .done: return Response(to: change.next.with(change.done))
      case .configured(let done):
        // The next page shows what the responder has loaded.
        if done.isReloading { _ = loading(after: generation, by: visitor) }
        // The user who makes a webhook tells its sender the URL.
        let isNew = change.done == .created && !done.url.isEmpty
        if !isNew, !done.isWorthAPage {
          return Response(to: change.next.with(change.done))
        }
      default: break
      }
      return configurationPage(of: answer, route, change.verb, fields, to: visitor, at: now)
        ?? page(of: answer, route, change.verb, to: visitor, nil, at: now)
    }
  }

  private func ask(
    _ verb: AdministrationQuestion.Verb, _ route: Route, _ asked: Asked, by visitor: Visitor,
    at now: Date, _ respond: (AdministrationAnswer) -> Response
  ) -> Response {
    let bytes = AdministrationQuestion(
      user: visitor.user, groups: visitor.groups,
      request: String(decoding: asked.id.prefix(64), as: UTF8.self), verb
    ).bytes
    guard bytes.count <= AdministrationQuestion.mostBytes else {
      return refusal(
        413, "Nothing was changed", "What was sent is too large for a page: at most 1 MiB.",
        route.section, for: visitor, at: now)
    }
    do throws(HelperSocket.Failure) {
      guard let helper = helpers[verb.helper] else { throw .absent }
      return respond(try helper.ask(bytes))
    } catch {
      var response = refusal(
        503, "This can't be told at the moment", error.words(about: verb.helper), route.section,
        for: visitor, at: now)
      response.others.append(("Retry-After", "10"))
      return response
    }
  }

  private static func split(_ target: [UInt8]) -> (path: [UInt8], query: [UInt8]) {
    guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return (target, []) }
    return (Array(target[..<mark]), Array(target[(mark + 1)...]))
  }
}

extension HelperSocket.Failure {
  fileprivate func words(about helper: Helper) -> String {
    switch self {
    case .absent:
      "\(helper.unit) isn't running, which answers for the pages: systemctl status "
        + "\(helper.unit).socket \(helper.unit).service"
    case .unanswered:
      "\(helper.unit) gave no answer that can be read: journalctl -u \(helper.unit)"
    }
  }
}
