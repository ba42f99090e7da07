import AdministrationMessages
import FoundationEssentials

extension Frame {
  init(_ shown: StatusShown) {
    var content: HTML = "<p>\(Parts.tag(shown.word))</p>\n"
    if shown.findings.isEmpty {
      content += "<p>\(shown.quiet)</p>\n"
    } else {
      let items = shown.findings.map { finding -> HTML in
        let place: HTML? = Self.place(of: finding).map { " <a href=\"\($0.1)\">\($0.0)</a>" }
        return """
          <li>\(Parts.tag(finding.level)) \(sender: finding.words)\(place)<br>\
          \(Parts.command(finding.remedy))</li>

          """
      }
      content += "<h2>To be mended</h2>\n<ul class=\"findings\">\n\(items)</ul>\n"
    }
    content += Parts.facts(shown.facts.map { ($0.name, "\($0.value)") })
    for table in shown.tables {
      content += "<h2>\(table.title)</h2>\n"
      let link = Self.links[table.title]
      content += Parts.table(
        table.title, table.head.map { Parts.Column($0) },
        table.rows.map { row in
          row.enumerated().map { place, cell -> HTML in
            if place == 0, let link { return "<a href=\"\(link(cell))\">\(cell)</a>" }
            return table.head[place] == "state" ? Parts.tag(cell) : "\(sender: cell)"
          }
        }, isHeaded: true)
    }
    self.init(
      title: "Status", commands: ["levelwind status", "levelwind health"], content: content)
  }

  /// Where the first cell of a row leads.
  private static let links: [String: @Sendable (String) -> Link] = [
    "Webhooks": { Link.webhook($0) }, "Spools": { Link.tasks($0) },
    "Acknowledged, and not published yet": { Link.tasks($0) },
  ]

  private static func place(of finding: StatusShown.Finding) -> (String, Link)? {
    guard !finding.subject.isEmpty else { return nil }
    return switch finding.kind {
    case "spool", "importer": ("Tasks of \(finding.subject)", .tasks(finding.subject))
    case "sender", "silence", "unwanted", "clock", "secret":
      ("Webhook \(finding.subject)", .webhook(finding.subject))
    default: nil
    }
  }

  init(_ shown: InfoShown) {
    let base: HTML =
      if let url = shown.base {
        """
        <h2>Base URL</h2>
        \(Parts.copied(url, called: "base URL"))
        <p>A webhook's URL is this, followed by <code>/webhook/</code> and its identifier.</p>

        """
      } else {
        """
        <h2>Base URL</h2>
        <p class="notice">It isn't set, so the URLs of webhooks are unknown: put \
        <code>base_url: https://hooks.example.org</code> into levelwind.yaml, then \
        <code>levelwind reload</code>.</p>

        """
      }
    var facts: [(String, HTML)] = [("Version", "\(shown.version)")]
    facts.append(("Responder", shown.isRunning ? "is running" : "is NOT running"))
    if let started = shown.started { facts.append(("Running since", "\(time: started)")) }
    if let loaded = shown.loaded {
      facts.append(("Configuration", "number \(shown.generation), loaded \(time: loaded)"))
    }
    facts.append(("Webhooks", "\(shown.webhooks)"))
    let refused: HTML =
      shown.refused.isEmpty
      ? "<h2>Refused files</h2>\n<p>None: every file is in use.</p>\n"
      : """
      <h2>Refused files</h2>
      <p>The last good version of each is in use.</p>
      \(Parts.list(shown.refused.map { "\(sender: $0)" }))
      """
    let limits = shown.limits.map { ["<code>\($0.name)</code>", "\($0.value)"] as [HTML] }
    self.init(
      title: "Info", commands: ["levelwind status", "levelwind check"],
      content: """
        \(base)\(Parts.facts(facts))\(refused)<h2>Limits</h2>
        <p>Those of levelwind.yaml. nginx has its own: <code>levelwind check</code> compares them.</p>
        \(Parts.table("Limits", [.init("Key"), .init("Value")], limits, isHeaded: true))
        """)
  }

  init(_ shown: ChangesShown) {
    let rows = shown.lines.map { line -> [HTML] in
      [
        "\(time: line.time)", "\(line.user)", "\(line.role)", "\(line.verb)",
        Self.target(line.target),
        line.outcome == "done" ? Parts.tag(line.outcome) : "\(sender: line.outcome)",
        "\(line.before)", "\(line.after)\(Self.difference(line.difference))",
        "<span class=\"id\">\(line.request)</span>",
      ]
    }
    let list: HTML =
      rows.isEmpty
      ? "<p>Nobody has changed anything here, or looked at a body.</p>\n"
      : Parts.table(
        "What users of these pages did, the newest first",
        ["Time", "User", "Role", "What", "Of", "Outcome", "Before", "After", "Request"]
          .map { Parts.Column($0) }, rows)
    let older = shown.next.map { Link(["settings", "changes"], [("before", "\($0)")]) }
    self.init(
      title: "Changes", commands: ["journalctl SYSLOG_IDENTIFIER=levelwind -g 'on the pages'"],
      content:
        "\(list)\(Parts.pager([("Newest", older == nil ? nil : .changes), ("Older", older)]))")
  }

  /// The lines that were taken out and put in.
  private static func difference(_ text: String?) -> HTML {
    guard let text else { return "" }
    return "<details><summary>What changed</summary><pre>\n\(lines: text)</pre></details>"
  }

  /// A target with a link to it.
  private static func target(_ text: String) -> HTML {
    let words = text.split(separator: " ").map(String.init)
    switch words.count {
    case 2 where words[0] == "delivery":
      return "delivery <a class=\"id\" href=\"\(Link.delivery(words[1]))\">\(words[1])</a>"
    case 4 where words[1] == "tasks":
      return "\(words[0]) tasks of <a href=\"\(Link.tasks(words[3]))\">\(words[3])</a>"
    case 4 where words[0] == "task":
      return "task <a class=\"id\" href=\"\(Link.task(words[3], words[1]))\">\(words[1])</a>"
    default: return "\(sender: text)"
    }
  }

  init(_ shown: UsersShown) {
    func names(_ list: [String]) -> HTML {
      list.isEmpty
        ? "nobody"
        : list.map { $0 == "*" ? "everybody who is signed in" as HTML : "\($0)" }.joined(by: ", ")
    }
    let rows: [[HTML]] = [
      [
        "viewer", "sees names, states, counts and reasons; neither bodies nor headers",
        names(shown.viewers),
      ],
      [
        "operator",
        """
        sees bodies and headers as well; retries and removes tasks, brings deliveries back; enables \
        and disables webhooks
        """,
        names(shown.operators),
      ],
      [
        "administrator",
        "may do all that pages offer: also make, change and delete webhooks and their secrets",
        names(shown.administrators),
      ],
    ]
    self.init(
      title: "Users",
      commands: [
        "levelwind pages user list", "levelwind pages user add NAME --role operator",
        "levelwind pages user remove NAME",
      ],
      content: """
        <p>The web server signs users in; <code>pages</code> in levelwind.yaml says who may do what. \
        No page changes that.</p>
        \(Parts.table("Roles", [.init("Role"), .init("May"), .init("Users")], rows))
        """)
  }
}
