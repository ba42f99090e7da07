import AdministrationMessages
import FoundationEssentials

extension Frame {
  init(
    _ shown: DeliveriesShown, _ filter: DeliveryFilter, _ role: UserRole, problem: String? = nil
  ) {
    var commands = [Self.command(filter)]
    var fields: [Parts.Field] = [
      .choice(
        name: "webhook", label: "Webhook", value: filter.webhook,
        Self.choices(shown, filter).map { (value: $0, label: $0) }),
      .choice(
        name: "verdict", label: "Verdict", value: filter.verdict,
        ["accepted", "unwanted", "answered", "repeated", "refused", "unavailable"]
          .map { (value: $0, label: $0) }),
      .text(name: "since", label: "Since", value: filter.since, hint: "2h, yesterday, 09:00"),
      .text(name: "until", label: "Until", value: filter.until),
      .text(name: "id", label: "Id", value: filter.id, hint: "ours, a task's or the sender's"),
    ]
    if role >= .operator_ {
      fields.append(
        .text(name: "text", label: "Words", value: filter.text, hint: "in the request or body"))
    }
    var content: HTML = "\(problem.map(Parts.problem))"
    content += Parts.filter(.deliveries, fields, chosen: !filter.isEmpty)
    for problem in shown.problems { content += "<p class=\"notice\">\(sender: problem)</p>\n" }
    if problem != nil {
      commands = []
    } else if shown.lines.isEmpty {
      content += Self.nothing(shown, filter)
    } else {
      if role >= .operator_, !filter.isWide {
        let link = Link(["deliveries", "again"], filter.query)
        content += """
          <p class="actions"><a href="\(link)">Bring back all that match…</a></p>

          """
      }
      let isNewest = filter.before == nil && filter.after == nil
      content += DeliveryTable.table(
        isNewest ? "The newest first" : "Older ones, the newest first", shown.lines,
        hasWebhook: true)
    }
    if let stopped = shown.stopped {
      content += """
        <p class="notice">The search stopped after 2 s and \(shown.looked.grouped) deliveries, at \
        \(time: stopped). Narrow it, or go on from there.</p>

        """
    }
    let older = shown.next.map { Link(["deliveries"], filter.query + [("before", "\($0)")]) }
    let isBelow = filter.before != nil || filter.after != nil
    let newest = isBelow ? Link(["deliveries"], filter.query) : nil
    let newer = shown.newer.map { Link(["deliveries"], filter.query + [("after", "\($0)")]) }
    content += Parts.pager([
      ("Newest", newest), ("Newer", newer),
      (shown.stopped == nil ? "Older" : "Go on from there", older),
    ])
    self.init(
      title: problem == nil ? "Deliveries" : "Error: Deliveries", commands: commands,
      content: content)
  }

  /// The webhooks to choose from. One that is gone stays while it is chosen.
  private static func choices(_ shown: DeliveriesShown, _ filter: DeliveryFilter) -> [String] {
    let all = Array(shown.webhooks.prefix(500))
    return filter.webhook.isEmpty || all.contains(filter.webhook) ? all : [filter.webhook] + all
  }

  private static func nothing(_ shown: DeliveriesShown, _ filter: DeliveryFilter) -> HTML {
    if shown.stopped != nil { return "<p>Nothing was found so far.</p>\n" }
    if filter.before != nil { return "<p>There are no older ones.</p>\n" }
    let kept = shown.webhooks.count - shown.unkept.count
    let keep: HTML = """
      <p>With <code>history: {for: 7d, bytes: 1GiB}</code> in a webhook's file, and \
      <code>levelwind reload</code>, its deliveries are kept from then on. What was logged before: \
      <code>levelwind log</code>.</p>

      """
    if !filter.webhook.isEmpty, shown.unkept.contains(filter.webhook) {
      return "<p>The history has nothing of \(filter.webhook).</p>\n\(keep)"
    }
    if !filter.isEmpty {
      return """
        <p>No delivery in the history matches this filter. \
        <a href="\(Link.deliveries)">Show all</a></p>

        """
    }
    if kept <= 0 { return "<p>The history has no deliveries yet.</p>\n\(keep)" }
    return "<p>No deliveries yet.</p>\n"
  }

  private static func command(_ filter: DeliveryFilter) -> String {
    var words = ["levelwind delivery list"]
    func add(_ option: String, _ value: String) {
      if !value.isEmpty { words.append("--\(option) \(value.asWord)") }
    }
    if !filter.webhook.isEmpty { words.append(filter.webhook.asWord) }
    add("verdict", filter.verdict)
    add("since", filter.since)
    add("until", filter.until)
    add("text", filter.text)
    return filter.id.isEmpty
      ? words.joined(separator: " ") : "levelwind delivery show \(filter.id.asWord)"
  }

  init(_ shown: DeliveryShown, _ role: UserRole) {
    let line = shown.line
    let skipped: Set = ["delivery", "webhook", "verdict", "from"]
    var facts: [(String, HTML)] = [
      ("Webhook", "<a href=\"\(Link.webhook(line.webhook))\">\(line.webhook)</a>"),
      ("Verdict", Parts.tag(line.verdict)), ("From", "\(sender: line.remote)"),
    ]
    facts += shown.facts.filter { !skipped.contains($0.name) }
      .map { ($0.name, "\(sender: $0.value)") }
    facts += shown.broughtBack.map { ("brought back", "\(sender: $0)") }
    let tasks = shown.tasks.map { task -> [HTML] in
      let isThere = ["new", "cur", "retry", "failed", "done"].contains(task.state)
      let id: HTML =
        isThere
        ? "<a class=\"id\" href=\"\(Link.task(task.incoming, task.id))\">\(task.id)</a>"
        : "<span class=\"id\">\(task.id)</span>"
      return [
        id, "<a href=\"\(Link.tasks(task.incoming))\">\(task.incoming)</a>", Parts.tag(task.state),
        "\(sender: task.words)",
      ]
    }
    let list: HTML =
      tasks.isEmpty
      ? "<p>It made no tasks.</p>\n"
      : Parts.table(
        "Where its tasks are",
        [.init("Task"), .init("Incoming"), .init("State"), .init("What")], tasks)
    self.init(
      title: "Delivery \(line.id)", above: [("Deliveries", .deliveries)],
      commands: [
        "levelwind delivery show \(line.id)", "levelwind delivery body \(line.id)",
        "levelwind delivery raw \(line.id)", "levelwind delivery again \(line.id)",
        "levelwind delivery send \(line.id) --to URL",
      ],
      content: """
        \(Parts.facts(facts))<h2>Tasks</h2>
        \(list)<h2>Request</h2>
        \(Self.look(.delivery(line.id), role, hasBody: shown.hasBody))\
        \(Self.again(line.id, role))
        """)
  }

  /// Links to headers and body, for those who may see them.
  static func look(_ place: Link, _ role: UserRole, hasBody: Bool) -> HTML {
    guard role >= .operator_ else {
      return "<p>Headers and bodies are for operators and administrators.</p>\n"
    }
    let download: HTML? =
      hasBody ? "<li><a href=\"\(place.below("body"))\">Download the body</a></li>\n" : nil
    let kept: HTML? = hasBody ? nil : "<p>The body was not kept.</p>\n"
    return """
      \(kept)<ul>
      <li><a href="\(place.below("request"))">Show headers and body</a></li>
      \(download)</ul>
      <p>Each look is noted under <a href="\(Link.changes)">Changes</a>.</p>

      """
  }

  init(_ shown: RequestShown, _ route: Route) {
    var above: [(String, Link)] = []
    switch route {
    case .taskRequest(let incoming, let id):
      above = [
        ("Tasks", .spools), (incoming, .tasks(incoming)), (id, .task(incoming, id)),
      ]
    default: above = [("Deliveries", .deliveries), (shown.id, .delivery(shown.id))]
    }
    let head: HTML? =
      shown.head.isEmpty
      ? nil : "<h2>Head</h2>\n<pre>\n\(lines: Self.text(shown.head))</pre>\n"
    let body: HTML
    if let bytes = shown.bodyBytes {
      let cut: HTML? =
        bytes > shown.body.count
        ? """
        <p>The first \(shown.body.count.grouped) of \(bytes.grouped) bytes. \
        <a href="\(above.last?.1.below("body") ?? .deliveries)">Download all</a></p>

        """ : nil
      body = "\(cut)<pre>\n\(lines: Self.text(shown.body))</pre>\n"
    } else {
      body = "<p>It was not kept.</p>\n"
    }
    let isTask = shown.head.isEmpty
    self.init(
      title: "Request of \(isTask ? "task" : "delivery") \(shown.id)", above: above,
      commands: isTask ? [] : ["levelwind delivery raw \(shown.id)"],
      content: """
        <p>This look is noted. Headers and parameters that carried a secret were never kept.</p>
        \(head)<h2>Body</h2>
        \(body)
        """)
  }

  private static func text(_ data: Data) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(data.count)
    var previous: UInt8 = 0
    for byte in data {
      if byte == 0x0a, previous == 0x0d { bytes.removeLast() }
      bytes.append(byte)
      previous = byte
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  /// The text as one word of a shell's command.
  var asWord: String {
    let isPlain = utf8.allSatisfy { byte in
      0x61...0x7a ~= byte || 0x41...0x5a ~= byte || 0x30...0x39 ~= byte
        || "/._-+:@%,".utf8.contains(byte)
    }
    if isPlain, !isEmpty { return self }
    // By scalars: a quote with a combining mark is another character, and ends the word all the
    // same.
    let scalars = unicodeScalars.flatMap { $0 == "'" ? Array(#"'\''"#.unicodeScalars) : [$0] }
    return "'" + String(String.UnicodeScalarView(scalars)) + "'"
  }
}
