import AdministrationMessages
import FoundationEssentials

extension Frame {
  init(_ shown: WebhooksShown, _ filter: WebhookFilter, _ role: UserRole = .viewer) {
    let rows = shown.lines.map { Self.row($0) + (role == .administrator ? [Self.actions($0)] : []) }
    let actions: [Parts.Column] = role == .administrator ? [.init("Actions")] : []
    let isChosen = !(filter.name + filter.state + filter.incoming).isEmpty
    let form = Parts.filter(
      .webhooks,
      [
        .text(name: "name", label: "Name or identifier", value: filter.name),
        .choice(
          name: "state", label: "State", value: filter.state,
          ["active", "disabled", "broken", "waiting"].map { (value: $0, label: $0) }),
        .choice(
          name: "incoming", label: "Incoming", value: filter.incoming,
          shown.incoming.prefix(500).map { (value: $0, label: $0) }),
        .choice(
          name: "sort", label: "Order", value: filter.order == .name ? "" : filter.order.rawValue,
          [
            (value: "delivery", label: "last delivery first"),
            (value: "refusal", label: "last refusal first"),
            (value: "created", label: "newest first"),
            (value: "updated", label: "last change first"),
          ], none: "name"),
      ], chosen: isChosen)
    let list: HTML
    if shown.total == 0 {
      list = "<p>No webhooks yet. <code>levelwind webhook create</code> makes the first.</p>\n"
    } else if shown.matching == 0 {
      list = """
        <p>None of \(shown.total.grouped) webhooks matches this filter. \
        <a href="\(Link.webhooks)">Show all</a></p>

        """
    } else if rows.isEmpty {
      list = "<p>The list is shorter than that. <a href=\"\(Link.webhooks)\">Show all</a></p>\n"
    } else {
      list = Parts.table(
        "\(shown.matching.grouped) of \(shown.total.grouped) webhooks",
        [
          .init("Name"), .init("State"), .init("Senders prove"), .init("Incoming"),
          .init("Last delivery"), .init("Last refusal"), .init("Created at"), .init("Updated at"),
          .init("URL"),
        ] + actions, rows)
    }
    func link(_ page: Int) -> Link {
      Link(
        ["webhooks"],
        [
          ("name", filter.name), ("state", filter.state), ("incoming", filter.incoming),
          ("sort", filter.order == .name ? "" : filter.order.rawValue),
          ("page", page == 1 ? "" : "\(page)"),
        ])
    }
    let hasMore = shown.matching > filter.page * AdministrationQuestion.rows
    self.init(
      title: "Webhooks", commands: ["levelwind webhook list", "levelwind webhook create"],
      content: """
        \(Self.maker(.webhook, role))\(shown.total == 0 ? "" : form)\(list)\
        \(Parts.pager([
          ("Previous", filter.page > 1 ? link(filter.page - 1) : nil),
          ("Next", hasMore ? link(filter.page + 1) : nil),
        ]))
        """)
  }

  private static func row(_ line: WebhooksShown.Line) -> [HTML] {
    let about: HTML? =
      line.description.isEmpty ? nil : "<span class=\"faint\">\(line.description)</span>"
    let refused: HTML =
      line.lastRefusal.map {
        "\(time: $0)<span class=\"faint\">\(sender: line.refusedBy ?? "")</span>"
      } ?? "never"
    let copy: HTML =
      line.url.map {
        """
        <button type="button" hidden data-copies="\($0)">Copy \
        <span class="unseen">URL of \(line.name)</span></button>
        """
      } ?? ""
    return [
      """
      <a href="\(Link.webhook(line.identifier))">\(line.name)</a>\
      <span class="id faint">\(line.identifier)</span>\(about)
      """,
      Parts.tag(line.state), "\(line.check)", incomings(line.incoming),
      "\(time: line.lastDelivery, none: "never")", refused, "\(time: line.created, none: "")",
      "\(time: line.updated, none: "")", copy,
    ]
  }

  /// What an administrator can do with a webhook of the list.
  private static func actions(_ line: WebhooksShown.Line) -> HTML {
    let file = ConfiguredFile(.webhook, line.identifier)
    let all: [(FileAction, String)] = [
      (.export, "Export"), (.duplicate, "Duplicate"), (.delete, "Delete"),
      line.state == "disabled" ? (.enable, "Enable") : (.disable, "Disable"),
    ]
    return all.map { action, word -> HTML in
      """
      <a href="\(Link.action(action, file))">\(word)\
      <span class="unseen"> \(line.name)</span></a>
      """
    }.joined(by: " ")
  }

  static func incomings(_ identifiers: [String]) -> HTML {
    identifiers.map { "<a href=\"\(Link.incoming($0))\">\($0)</a>" as HTML }.joined(by: ", ")
  }

  static func webhooks(_ identifiers: [String]) -> HTML {
    identifiers.map { "<a href=\"\(Link.webhook($0))\">\($0)</a>" as HTML }.joined(by: ", ")
  }

  init(_ shown: WebhookShown, _ role: UserRole, at now: Date) {
    let line = shown.line
    var content: HTML = ""
    if !line.description.isEmpty { content += "<p class=\"lead\">\(line.description)</p>\n" }
    content += Self.problems(shown.problems, "levelwind webhook edit \(line.identifier)")
    if let url = line.url {
      content += "<h2>URL</h2>\n\(Parts.copied(url, called: "URL of \(line.name)"))\n"
    }
    content += "<h2>Configuration</h2>\n"
    content += Parts.facts([
      ("Identifier", "<span class=\"id\">\(line.identifier)</span>"),
      ("State", Parts.tag(line.state)),
      ("Incoming configurations", Self.incomings(line.incoming)),
      ("Methods", "\(shown.methods.joined(separator: ", "))"), ("Logging", "\(shown.logging)"),
      ("History", "\(shown.history)"), ("Created at", "\(time: line.created, none: "unknown")"),
      ("Updated at", "\(time: line.updated, none: "unknown")"),
    ])
    if let advice = shown.advice { content += "<p class=\"notice\">\(advice)</p>\n" }
    content += Self.listed(
      "Pre-processors", shown.preProcessors,
      none: "There are none, so anyone may send.")
    if !shown.postProcessors.isEmpty {
      content += Self.listed("Post-processors", shown.postProcessors, none: "")
    }
    content += Self.secrets(shown.secrets)
    content += Self.listed("Deliveries", shown.activity, none: "")
    if !shown.hours.isEmpty {
      content += "\(Chart.deliveries(shown.hours))\(Chart.times(shown.hours))"
    }
    content += Self.last(shown)
    content += Self.listed("After a delivery that failed", shown.retries, none: "")
    if role >= .operator_ {
      let link = Link.webhook(line.identifier).below("explain")
      content += """
        <p><a href="\(link)">Explain a request</a>: what would become of it, and why</p>

        """
    }
    self.init(
      title: line.name, above: [("Webhooks", .webhooks)],
      commands: [
        "levelwind webhook show \(line.identifier)", "levelwind webhook edit \(line.identifier)",
        "levelwind log \(line.identifier)",
        "levelwind explain \(line.identifier) < request.http",
      ], content: content)
  }

  static func problems(_ problems: [String], _ command: String) -> HTML {
    if problems.isEmpty { return "" }
    return """
      <div class="problem"><h2>There is a problem with its file</h2>
      \(Parts.list(problems.map { "\(sender: $0)" }))<p>\(Parts.command(command))</p></div>

      """
  }

  /// Lines under a heading; nothing without lines and without words for that.
  private static func listed(_ title: String, _ lines: [String], none: String) -> HTML {
    if lines.isEmpty, none.isEmpty { return "" }
    let list: HTML = lines.isEmpty ? "<p>\(none)</p>\n" : Parts.list(lines.map { "\(sender: $0)" })
    return "<h2>\(title)</h2>\n\(list)"
  }

  private static func secrets(_ secrets: [WebhookShown.Secret]) -> HTML {
    if secrets.isEmpty { return "" }
    let rows = secrets.map { secret -> [HTML] in
      let expires: HTML =
        secret.expires.map { "\(secret.isExpired ? "EXPIRED " : "")\(time: $0)" } ?? "never"
      return [
        "\(sender: secret.name)", secret.isAwaited ? Parts.tag("waiting") : "is set",
        "\(secret.matches.grouped)", "\(time: secret.lastMatch, none: "never")", expires,
        "<span class=\"id\">\(secret.path ?? "not in the file")</span>",
      ]
    }
    return """
      <h2>Secrets</h2>
      <p>By name: no page can read the value of a secret.</p>
      \(Parts.table(
        "Secrets and public keys",
        [
          .init("Name"), .init("Value"), .init("Matches", isNumber: true), .init("Last used"),
          .init("Expires"), .init("Place"),
        ], rows))
      """
  }

  private static func last(_ shown: WebhookShown) -> HTML {
    let identifier = shown.line.identifier
    guard shown.isKept else {
      return """
        <p>Its history has no delivery. With <code>history: {for: 7d, bytes: 1GiB}</code> in \
        webhooks/\(identifier).yaml, and <code>levelwind reload</code>, deliveries are kept from \
        then on.</p>

        """
    }
    return """
      \(DeliveryTable.table("The last deliveries", shown.deliveries, hasWebhook: false))\
      <p><a href="\(Link.deliveries(of: identifier))">All deliveries of \(shown.line.name)</a></p>

      """
  }
}
