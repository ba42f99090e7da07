import AdministrationMessages
import FoundationEssentials

extension Frame {
  init(
    _ shown: TasksShown, _ filter: TaskListFilter, _ role: UserRole, problem: String? = nil
  ) {
    let isOperator = role >= .operator_
    let words = ["new", "cur", "retry", "failed", "done"]
    let all = words.reduce(0) { $0 + (shown.counts[$1] ?? 0) }
    let tabs = ([""] + words).map { state -> HTML in
      let count = state.isEmpty ? all : shown.counts[state] ?? 0
      let link = Link.tasks(filter.incoming, [("state", state)] + filter.conditions)
      let mark: HTML? = state == filter.state ? " aria-current=\"true\"" : nil
      let word = state.isEmpty ? "all" : state == "cur" ? "claimed" : state
      return "<li><a href=\"\(link)\"\(mark)>\(word) (\(count.grouped))</a></li>\n"
    }
    let states: HTML = "<nav aria-label=\"States\"><ul class=\"tabs\">\n\(tabs)</ul></nav>\n"
    let isChosen = !filter.conditions.allSatisfy(\.value.isEmpty)
    let form = Parts.filter(
      .tasks(filter.incoming),
      [
        .choice(
          name: "state", label: "State", value: filter.state,
          words.map { (value: $0, label: $0 == "cur" ? "claimed" : $0) }),
        .text(name: "webhook", label: "Webhook", value: filter.webhook),
        .text(name: "sender-id", label: "Sender's id", value: filter.senderID),
        .text(name: "older-than", label: "Older than", value: filter.olderThan, hint: "10m, 24h"),
        .text(name: "newer-than", label: "Newer than", value: filter.newerThan),
        .text(name: "reason", label: "Words of the reason", value: filter.reason),
      ], chosen: isChosen || !filter.state.isEmpty)
    let list: HTML
    if problem != nil {
      list = ""
    } else if all == 0 {
      list = "<p>The spool is empty: its importer has finished everything.</p>\n"
    } else if shown.lines.isEmpty, shown.matching == 0 {
      list = """
        <p>None of \(all.grouped) tasks matches this filter. \
        <a href="\(Link.tasks(filter.incoming))">Show all</a></p>

        """
    } else if shown.lines.isEmpty {
      list = "<p>No task is on this page of the list.</p>\n"
    } else {
      let table = Self.table(shown, filter.incoming, hasBoxes: isOperator)
      list = isOperator ? TaskChoosing.form(table, shown, filter) : table
    }
    let plans: HTML? =
      isOperator && problem == nil && !shown.lines.isEmpty ? TaskChoosing.all(shown, filter) : nil
    let stopped: HTML? = shown.looked.map {
      """
      <p class="notice">The search stopped after 2 s and \($0.grouped) of \(all.grouped) tasks. \
      Narrow it by state or age.</p>

      """
    }
    func link(_ page: Int) -> Link {
      Link.tasks(filter.incoming, filter.query + [("page", page == 1 ? "" : "\(page)")])
    }
    self.init(
      title: (problem == nil ? "" : "Error: ") + "Tasks of \(filter.incoming)",
      above: [("Tasks", .spools)],
      commands: [
        "levelwind task list \(filter.incoming)"
          + (filter.state.isEmpty ? "" : " --state \(filter.state)")
      ],
      content: """
        \(problem.map(Parts.problem))\(problem == nil ? states : "")\(problem == nil ? Chart.ages(shown.ages) : "")\(form)\(stopped)\(plans)\(list)\
        \(Parts.pager([
          ("Previous", filter.page > 1 ? link(filter.page - 1) : nil),
          ("Next", shown.hasMore ? link(filter.page + 1) : nil),
        ]))\
        <p><a href="\(Link.incoming(filter.incoming))">Incoming configuration \
        \(filter.incoming)</a></p>

        """)
  }

  private static func table(
    _ shown: TasksShown, _ incoming: String, hasBoxes: Bool
  ) -> HTML {
    let rows = shown.lines.enumerated().map { number, line -> [HTML] in
      let box: HTML? = hasBoxes ? TaskChoosing.box(line, number: number) : nil
      let claim: HTML? = line.claimedBy.map { " by \($0 == "drain" ? "a drain" : "an importer")" }
      let webhook: HTML =
        line.webhook.map { "<a href=\"\(Link.webhook($0))\">\(sender: $0)</a>" }
        ?? "not a task document"
      return [
        "\(box)<a class=\"id\" href=\"\(Link.task(incoming, line.id))\">\(sender: line.id)</a>",
        "\(time: line.arrived, none: "unknown")", "\(Parts.tag(line.state))\(claim)", webhook,
        "\(sender: line.senderID ?? "")", "\(line.attempts.map(\.grouped) ?? "")",
        "\(time: line.due, none: "")", "\(sender: String((line.reason ?? "").prefix(300)))",
      ]
    }
    let matching = shown.matching.map { "\($0.grouped) tasks, those that arrived first at the top" }
    return Parts.table(
      matching ?? "Tasks, those that arrived first at the top",
      [
        .init("Task"), .init("Arrived"), .init("State"), .init("Webhook"), .init("Sender's id"),
        .init("Attempts", isNumber: true), .init("Next attempt"), .init("Reason"),
      ], rows)
  }

  init(_ shown: TaskShown, _ role: UserRole) {
    let line = shown.line
    var facts: [(String, HTML)] = [
      ("State", Parts.tag(line.state)),
      ("Incoming", "<a href=\"\(Link.incoming(shown.incoming))\">\(shown.incoming)</a>"),
      ("Arrived", "\(time: line.arrived, none: "unknown")"),
    ]
    if let webhook = line.webhook {
      facts.append(("Webhook", "<a href=\"\(Link.webhook(webhook))\">\(sender: webhook)</a>"))
    }
    if let delivery = shown.delivery {
      facts.append(
        ("Delivery", "<a class=\"id\" href=\"\(Link.delivery(delivery))\">\(sender: delivery)</a>"))
    }
    if let id = line.senderID { facts.append(("Sender's id", "\(sender: id)")) }
    if let attempts = line.attempts { facts.append(("Attempts", "\(attempts)")) }
    if let due = line.due { facts.append(("Next attempt", "\(time: due)")) }
    facts += shown.facts.map { ($0.name, "\(sender: $0.value)") }
    func block(_ title: String, _ text: String?) -> HTML {
      guard let text, !text.isEmpty else { return "" }
      return "<h2>\(title)</h2>\n<pre>\n\(lines: text)</pre>\n"
    }
    let body: HTML =
      shown.delivery == nil
      ? "<p>The file isn't a task document, so it has none.</p>\n"
      : Self.look(.task(shown.incoming, line.id), role, hasBody: true)
    self.init(
      title: "Task \(line.id)",
      above: [("Tasks", .spools), (shown.incoming, .tasks(shown.incoming))],
      commands: [
        "levelwind task show \(shown.incoming) \(line.id.asWord)",
        "levelwind task body \(shown.incoming) \(line.id.asWord)",
      ],
      content: """
        \(Parts.facts(facts))\(role >= .operator_ ? TaskChoosing.one(shown) : "")\(block("Reason", line.reason))\
        \(block("It failed before", shown.earlier))<h2>Body</h2>
        \(body)
        """)
  }
}
