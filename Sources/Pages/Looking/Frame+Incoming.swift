import AdministrationMessages
import FoundationEssentials

extension Frame {
  init(_ shown: [IncomingShown], isOfTasks: Bool, at now: Date) {
    let counts: [Parts.Column] = ["New", "Claimed", "Retry", "Failed"].map {
      Parts.Column($0, isNumber: true)
    }
    // A broken one without a spool has no tasks to lead to.
    let shown = isOfTasks ? shown.filter { $0.counts != nil || $0.state == "active" } : shown
    let rows = shown.map { one -> [HTML] in
      let link = isOfTasks ? Link.tasks(one.identifier) : Link.incoming(one.identifier)
      let name: HTML = """
        <a href="\(link)">\(one.name)</a><span class="id faint">\(one.identifier)</span>
        """
      let oldest: HTML = one.counts == nil ? "" : "\(time: one.counts?.oldest, none: "none")"
      if isOfTasks { return [name] + numbers(one) + [oldest] }
      return [
        name, Parts.tag(one.state), "<code>\(one.filter ?? "")</code>", "\(one.parser ?? "none")",
        webhooks(one.webhooks),
      ] + numbers(one) + [oldest, "\(one.limits ?? "the disk's")"]
    }
    func numbers(_ one: IncomingShown) -> [HTML] {
      guard let counts = one.counts else { return ["?", "?", "?", "?"] }
      func number(_ count: Int, _ state: String) -> HTML {
        count == 0
          ? "0"
          : "<a href=\"\(Link.tasks(one.identifier, [("state", state)]))\">\(count.grouped)</a>"
      }
      return [
        number(counts.new, "new"), number(counts.claimed, "cur"), number(counts.retry, "retry"),
        number(counts.failed, "failed"),
      ]
    }
    func webhooks(_ list: [String]) -> HTML { Self.webhooks(list) }
    let caption = isOfTasks ? "Tasks by spool" : "Incoming configurations"
    let columns: [Parts.Column] =
      isOfTasks
      ? [.init("Spool")] + counts + [.init("Oldest")]
      : [
        .init("Name"), .init("State"), .init("Filter"), .init("Parser"), .init("Used by"),
      ] + counts + [.init("Oldest"), .init("Limit")]
    let list: HTML =
      rows.isEmpty
      ? """
      <p>No incoming configurations yet. <code>levelwind incoming create</code> makes the first.</p>

      """ : "\(Parts.table(caption, columns, rows))\(Self.counted(shown))"
    self.init(
      title: isOfTasks ? "Tasks" : "Incoming configurations",
      commands: isOfTasks
        ? ["levelwind status", "levelwind task count INCOMING"]
        : ["levelwind incoming list", "levelwind incoming create"], content: list)
  }

  private static func counted(_ shown: [IncomingShown]) -> HTML {
    shown.contains { $0.counts == nil }
      ? "<p>A question mark: the responder has not looked into that spool yet.</p>\n"
      : "<p>Counted by the responder, a few seconds ago.</p>\n"
  }

  init(_ shown: IncomingShown, at now: Date) {
    var content: HTML = ""
    if !shown.description.isEmpty { content += "<p class=\"lead\">\(shown.description)</p>\n" }
    content += Self.problems(shown.problems, "levelwind incoming edit \(shown.identifier)")
    content += Parts.facts([
      ("Identifier", "<span class=\"id\">\(shown.identifier)</span>"),
      ("State", Parts.tag(shown.state)),
      ("Filter", shown.filter.map { "<code>\($0)</code>" } ?? "none: it takes every delivery"),
      ("Parser", "\(shown.parser ?? "none: one task of the whole body")"),
      ("Used by", shown.webhooks.isEmpty ? "no webhook" : Self.webhooks(shown.webhooks)),
      ("Limit", "\(shown.limits ?? "the disk's")"),
      ("Finished tasks are kept", "\(shown.keepDone ?? "not at all")"),
      ("Group of its importers", "\(shown.group ?? "the responder's own")"),
      ("Spool", "<span class=\"id\">\(shown.spool)</span>"),
      ("Created at", "\(time: shown.created, none: "unknown")"),
      ("Updated at", "\(time: shown.updated, none: "unknown")"),
    ])
    content += "<h2>Tasks</h2>\n"
    if let counts = shown.counts {
      func count(_ number: Int, _ state: String) -> HTML {
        "<a href=\"\(Link.tasks(shown.identifier, [("state", state)]))\">\(number.grouped)</a>"
      }
      content += Parts.facts([
        ("New", count(counts.new, "new")), ("Claimed", count(counts.claimed, "cur")),
        ("Retry", count(counts.retry, "retry")), ("Failed", count(counts.failed, "failed")),
        ("Oldest", "\(time: counts.oldest, none: "none")"),
      ])
    } else {
      content += "<p>The responder has not looked into this spool yet.</p>\n"
    }
    self.init(
      title: shown.name, above: [("Incoming configurations", .incomings)],
      commands: [
        "levelwind incoming show \(shown.identifier)",
        "levelwind incoming edit \(shown.identifier)",
        "levelwind task list \(shown.identifier)",
      ], content: content)
  }
}
