import AdministrationMessages
import Foundation
import Testing

@testable import Harness
@testable import Pages

/// What pages say, as a reader without pictures gets it (w3m). LEVELWIND_GOLDEN=write writes the
/// texts anew.
@Suite struct GoldenPagesTests {
  private static let now = Date(timeIntervalSince1970: 1_795_000_000)
  private static let id = "01a209ca-e3ac-7000-8000-06d51ac8ca81"

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Golden")

  private static var webhook: WebhooksShown.Line {
    var line = WebhooksShown.Line()
    (line.identifier, line.name) = ("erp-stock", "ERP Stock")
    (line.description, line.state) = ("Stock mutations from the ERP.", "active")
    (line.check, line.incoming) = ("header", ["stock-updates", "audit"])
    line.url = "https://hooks.example.org/webhook/erp-stock"
    (line.lastDelivery, line.lastRefusal) = (now - 60, now - 3600)
    (line.refusedBy, line.updated) = ("header", now - 86_400)
    line.created = now - 30 * 86_400
    return line
  }

  private static var delivery: DeliveriesShown.Line {
    var line = DeliveriesShown.Line()
    (line.id, line.time, line.webhook) = (id, now - 60, "erp-stock")
    (line.verdict, line.status, line.remote) = ("accepted", 200, "192.0.2.7")
    (line.senderID, line.tasks, line.bytes, line.why) = ("72d3162e", 2, 4711, "2 tasks")
    return line
  }

  private static var incoming: IncomingShown {
    var shown = IncomingShown()
    (shown.identifier, shown.name) = ("stock-updates", "Stock updates")
    (shown.filter, shown.parser) = (".data.body.entity == \"stock\"", "json")
    (shown.spool, shown.webhooks) = ("/var/spool/levelwind/stock-updates", ["erp-stock"])
    (shown.state, shown.updated) = ("active", now - 86_400)
    shown.created = now - 30 * 86_400
    var counts = IncomingShown.Counts()
    (counts.new, counts.failed, counts.oldest) = (1204, 3, now - 600)
    shown.counts = counts
    return shown
  }

  private static var task: TasksShown.Line {
    var line = TasksShown.Line()
    (line.id, line.state, line.arrived) = (id, "retry", now - 600)
    (line.webhook, line.senderID, line.attempts) = ("erp-stock", "72d3162e", 2)
    (line.due, line.reason) = (now + 300, "no such customer")
    return line
  }

  private static var status: Frame {
    var shown = StatusShown()
    (shown.word, shown.facts) = ("WARNING", [FactShown("Responder", "running for 4 days")])
    var finding = StatusShown.Finding()
    (finding.level, finding.kind, finding.subject) = ("WARNING", "spool", "stock-updates")
    finding.words = "spool stock-updates: 3 failed tasks"
    finding.remedy = "levelwind task list stock-updates --state failed"
    shown.findings = [finding]
    var table = StatusShown.Table()
    (table.title, table.head) = ("Spools", ["spool", "new", "failed"])
    table.rows = [["stock-updates", "1,204", "3"]]
    shown.tables = [table]
    return Frame(shown)
  }

  private static var webhookPage: Frame {
    var shown = WebhookShown()
    (shown.line, shown.methods, shown.logging) = (webhook, ["POST"], "every delivery")
    (shown.history, shown.isKept) = ("7d, at most 1GiB", true)
    shown.preProcessors = ["header: Header X-Webhook-Secret equals a secret."]
    shown.activity = ["1,204 accepted, 2 refused since yesterday"]
    var secret = WebhookShown.Secret()
    (secret.name, secret.path, secret.matches) = ("erp", "pre_processors[0].secrets", 1204)
    secret.lastMatch = now - 60
    shown.secrets = [secret]
    shown.deliveries = [delivery]
    shown.hours = (0..<24).map { place in
      var hour = WebhookShown.Hour()
      hour.start = now - Double(24 - place) * 3600
      hour.accepted = place == 12 ? 40 : 0
      hour.refused = place == 13 ? 2 : 0
      (hour.usualTime, hour.slowTime) = place == 12 ? (4_300, 27_000) : (0, 0)
      return hour
    }
    return Frame(shown, .operator_, at: now)
  }

  private static var info: Frame {
    var shown = InfoShown()
    (shown.base, shown.version, shown.isRunning) = ("https://hooks.example.org", "0.1.0", true)
    (shown.started, shown.loaded, shown.generation) = (now - 86_400, now - 3600, 3)
    shown.webhooks = "1 active, 0 waiting for a secret, 0 disabled, 1 broken"
    shown.refused = ["webhooks/shop.yaml:2:1: nane: unknown key (did you mean \"name\"?)"]
    shown.limits = [FactShown("max_body", "10MiB")]
    return Frame(shown)
  }

  private static func deliveries(_ lines: [DeliveriesShown.Line], _ filter: DeliveryFilter) -> Frame
  {
    var shown = DeliveriesShown()
    (shown.lines, shown.webhooks, shown.next) = (lines, ["erp-stock"], lines.isEmpty ? nil : 4711)
    return Frame(shown, filter, .operator_)
  }

  private static func plan(_ action: TaskAction) -> Frame {
    var plan = TaskPlanShown()
    (plan.incoming, plan.asOf, plan.ids, plan.count) = ("stock-updates", 17, [id], 120)
    (plan.counts, plan.deliveries) = (["failed": 118, "done": 2], 1)
    (plan.oldest, plan.newest, plan.others) = (now - 86_400, now - 600, 3)
    var filter = TaskListFilter()
    (filter.incoming, filter.state, filter.reason) = ("stock-updates", "failed", "it's gone")
    return Frame(plan, action, filter, id: nil)
  }

  private static var retried: Frame {
    var changed = TasksChanged()
    (changed.incoming, changed.done, changed.skipped, changed.left) = ("stock-updates", 90, 2, 28)
    (changed.failed, changed.problems) = (1, ["\(id): no space left on device"])
    return Frame(changed, .retry, TaskChoice(of: "stock-updates"))
  }

  private static var again: Frame {
    var plan = AgainPlanShown()
    (plan.before, plan.passing, plan.unverifiable) = (4711, 1204, 7)
    (plan.tasks, plan.broughtBack) = ([FactShown("stock-updates", "1204")], 2)
    var refusal = AgainPlanShown.Refusal()
    (refusal.reason, refusal.count, refusal.example) = ("sender: no signature", 3, id)
    (plan.refusals, plan.incoming) = ([refusal], ["audit", "stock-updates"])
    var choice = AgainChoice()
    (choice.filter.webhook, choice.filter.verdict) = ("erp-stock", "refused")
    (choice.target, choice.repeats) = ("audit", true)
    return Frame(plan, choice)
  }

  private static var explained: Frame {
    var shown = ExplainedShown()
    (shown.webhook, shown.name, shown.more) = ("erp-stock", "ERP Stock", 3)
    shown.text = "pre-processor 1, sender: passed, sender:github, with shop\naccepted\n"
    var task = ExplainedShown.Task()
    (task.incoming, task.document) = ("stock-updates", "{\"specversion\":\"1.0\"}")
    shown.tasks = [task]
    var pasted = PastedRequest()
    (pasted.webhook, pasted.text) = ("erp-stock", "POST / HTTP/1.1\r\n\r\n{}")
    return Frame(shown, pasted)
  }

  /// The pages of an administrator who changes files.
  private static var changing: [(name: String, frame: Frame?)] {
    var shown = FileShown(ConfiguredFile(.webhook, "erp-stock", version: "1-2-3"))
    shown.name = "ERP Stock"
    shown.text = "# Ours.\nname: ERP Stock\nincoming: stock-updates\npre_processors: []\n"
    shown.secretsAlone = ["erp-stock"]
    var list = SecretListShown()
    (list.path, list.names, list.takesOurs) = ("pre_processors[0].secrets", ["erp", "erp-1"], true)
    shown.lists = [list]
    var masked = shown
    (masked.isMasked, masked.guarded) = (true, ["post_processors[0]"])
    var choices = ChoicesShown()
    var sender = SenderChoice()
    (sender.name, sender.title) = ("shopify", "Shopify")
    sender.secretPlace = "Settings, Notifications, Webhooks"
    (choices.senders, choices.incoming) = ([sender], ["audit", "stock-updates"])
    var asked = NewWebhookAsked()
    (asked.check, asked.sender, asked.origin) = (.sender, "shopify", .given)
    var done = ChangeDone(ConfiguredFile(.webhook, "erp-stock", version: "1-2-4"))
    (done.name, done.url) = ("ERP Stock", "https://hooks.example.org/webhook/erp-stock")
    done.instructions = [
      .init("The sender sends it as header X-Webhook-Secret.", ConfidentialText("s3cr3t"))
    ]
    var problem = ProblemShown()
    (problem.line, problem.key, problem.words) = (2, "nane", "unknown key (did you mean name?)")
    let errors = Problems.box(Problems.list([problem], "There is a problem"))
    return [
      ("fields", fields), ("edit", Frame(shown, .edit)), ("edit-masked", Frame(masked, .edit)),
      ("edit-again", Frame(shown, .edit, problem: errors)),
      ("duplicate", Frame(shown, .duplicate)), ("delete", Frame(shown, .delete)),
      ("secrets", Frame(shown, .secrets)), ("who-sends", Frame(choosingSender: choices, "")),
      ("new-webhook", Frame(new: asked, choices)), ("made", Frame(done, .created)),
      ("new-incoming", Frame(newIncoming: ("", "", ""))),
    ]
  }

  /// The form of an entry, as it comes back with a problem.
  private static var fields: Frame {
    var shown = FieldsShown(
      ConfiguredFile(.webhook, "erp-stock", version: "1-2-3"),
      PartAsked("pre_processors[0]", type: "header"))
    (shown.name, shown.documentation) = ("ERP Stock", "A `header` has to equal one of the secrets.")
    var name = FieldShown()
    (name.key, name.type, name.documentation) = ("name", "header name", "Its name.")
    (name.isRequired, name.input) = (true, .text(pattern: "^[!#a-z-]+$", longest: 100))
    (name.value, name.problems) = ("X Y", ["expected the name of a header"])
    var observe = FieldShown()
    (observe.key, observe.type, observe.documentation) = ("observe", "boolean", "Only looks.")
    (observe.fallback, observe.input) = ("false", .words(["true", "false"]))
    var file = FieldShown()
    (file.key, file.type, file.isGuarded) = ("ca_file", "path", true)
    shown.fields = [name, observe, file]
    return Frame(shown)
  }

  private static var pages: [(name: String, frame: Frame)] {
    var webhooks = WebhooksShown()
    (webhooks.lines, webhooks.matching, webhooks.total) = ([webhook], 1, 1)
    webhooks.incoming = ["audit", "stock-updates"]
    var filter = DeliveryFilter()
    filter.text = "it's 4711"
    var whole = DeliveryShown()
    (whole.line, whole.hasBody) = (delivery, true)
    whole.facts = [FactShown("answered", "200, after 12.3 ms")]
    var place = DeliveryShown.Task()
    (place.id, place.incoming, place.state) = (id, "stock-updates", "retry")
    place.words = "waits for its try number 3: no such customer"
    whole.tasks = [place]
    var tasks = TasksShown()
    (tasks.incoming, tasks.lines, tasks.matching) = ("stock-updates", [task], 1)
    tasks.counts = ["new": 1204, "retry": 1, "failed": 3]
    tasks.ages = ["under 1 min", "to 10 min"].map { words in
      var age = TasksShown.Age()
      (age.words, age.count) = (words, 602)
      return age
    }
    var list = TaskListFilter()
    (list.incoming, list.state) = ("stock-updates", "retry")
    var one = TaskShown()
    (one.incoming, one.line, one.delivery) = ("stock-updates", task, id)
    one.facts = [FactShown("content type", "application/json")]
    var users = UsersShown()
    (users.viewers, users.administrators) = (["*"], ["alice"])
    return [
      ("status", status), ("webhooks", Frame(webhooks, WebhookFilter())), ("webhook", webhookPage),
      ("no-webhooks", Frame(WebhooksShown(), WebhookFilter())),
      ("incomings", Frame([incoming], isOfTasks: false, at: now)),
      ("incoming", Frame(incoming, at: now)),
      ("spools", Frame([incoming], isOfTasks: true, at: now)),
      ("deliveries", deliveries([delivery], DeliveryFilter())),
      ("no-deliveries", deliveries([], DeliveryFilter())),
      ("no-match", deliveries([], filter)), ("delivery", Frame(whole, .operator_)),
      ("delivery-for-viewers", Frame(whole, .viewer)), ("tasks", Frame(tasks, list, .operator_)),
      ("task", Frame(one, .operator_)), ("info", info), ("changes", Frame(ChangesShown())),
      ("users", Frame(users)), ("retry", Self.plan(.retry)), ("purge", Self.plan(.purge)),
      ("again", Self.again), ("explain", Self.explained), ("retried", Self.retried),
    ] + changing.compactMap { name, frame in frame.map { (name, $0) } }
  }

  @Test(
    .needs(
      Facility(
        "w3m, and a machine whose time is UTC",
        isThere: FileManager.default.isExecutableFile(atPath: "/usr/bin/w3m")
          && TimeZone.current.secondsFromGMT(for: now) == 0),
      toProve: "what pages say"))
  func `pages say what they said`() throws {
    let isWriting = ProcessInfo.processInfo.environment["LEVELWIND_GOLDEN"] == "write"
    for (name, frame) in Self.pages {
      let html = frame.page(for: "alice", .operator_, at: Self.now).bytes
      let said = try Tool.run(
        "w3m", ["-dump", "-cols", "100", "-I", "UTF-8", "-O", "UTF-8", "-T", "text/html"],
        input: html)
      let file = Self.folder.appending(path: "\(name).txt")
      if isWriting { try Data(said.output).write(to: file) }
      let golden = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
      #expect(said.text == golden, "\(name)")
    }
  }
}
