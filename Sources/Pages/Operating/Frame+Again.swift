import AdministrationMessages
import FoundationEssentials

extension Frame {
  /// The plan of bringing deliveries back: by today's configuration, and what stays refused.
  init(_ plan: AgainPlanShown, _ choice: AgainChoice) {
    let isOne = !choice.id.isEmpty
    let place = isOne ? Link.delivery(choice.id).below("again") : .again
    let what = isOne ? "delivery \(choice.id)" : plan.passing.counted("delivery", "deliveries")
    var content: HTML = ""
    if plan.passing == 0 {
      content += "<p>Nothing would be brought back.</p>\n"
    } else if plan.tasks.isEmpty {
      content += """
        <p>\(plan.passing.counted("delivery passes", "deliveries pass")) today, without a task: no \
        incoming configuration wants what came.</p>

        """
    } else {
      content += """
        <p>\(plan.passing.counted("delivery passes", "deliveries pass")) by today's configuration, \
        verified as of the time of arrival, and make these tasks:</p>
        \(Parts.facts(plan.tasks.map { ($0.name, "\($0.value)") }))
        """
    }
    content += Self.leftOut(plan)
    if let looked = plan.looked {
      content += """
        <p class="notice">The search stopped after 2 s and \(looked.grouped) deliveries, so there may \
        be more. The button brings back all that match.</p>

        """
    }
    if plan.passing > 0 { content += Self.form(plan, choice, place, what) }
    content += Self.targets(plan, choice, place)
    if let explanation = plan.explanation {
      content += "<h2>Check by check</h2>\n<pre>\n\(lines: explanation)</pre>\n"
    }
    self.init(
      title: "Bring back \(what)",
      above: [("Deliveries", .deliveries)] + (isOne ? [(choice.id, .delivery(choice.id))] : []),
      commands: [Self.command(again: choice)], content: content)
  }

  /// The link to bring a delivery back, and the command that sends it elsewhere: pages have no
  /// network.
  static func again(_ id: String, _ role: UserRole) -> HTML? {
    guard role >= .operator_ else { return nil }
    return """
      <h2>Once more</h2>
      <ul>
      <li><a href="\(Link.delivery(id).below("again"))">Bring it back…</a>, by today's configuration</li>
      <li>To another program: <code>levelwind delivery send \(id) --to URL</code>. Nothing behind \
      these pages has a network.</li>
      </ul>

      """
  }

  private static func leftOut(_ plan: AgainPlanShown) -> HTML {
    var lines: [HTML] = []
    func add(_ count: Int, _ words: String) {
      if count > 0 { lines.append("\(count.grouped) \(words)") }
    }
    add(plan.broughtBack, "left out: brought back before")
    add(plan.copies, "left out: a copy was accepted under another id")
    add(plan.handshakes, "left out: handshakes, whose senders no longer wait for the answer")
    add(plan.bodiless, "left out: the body was not kept")
    for refusal in plan.refusals {
      lines.append(
        """
        \(refusal.count.grouped) refused, as \
        <a class="id" href="\(Link.delivery(refusal.example))">\(refusal.example)</a>: \
        \(sender: refusal.reason)
        """)
    }
    add(plan.otherRefusals, "refused for further reasons")
    return lines.isEmpty ? "" : "<h2>Not brought back</h2>\n\(Parts.list(lines))"
  }

  private static func form(
    _ plan: AgainPlanShown, _ choice: AgainChoice, _ place: Link, _ what: String
  ) -> HTML {
    let hidden = Parts.hidden(
      fields(choice) + [
        (name: "before", value: plan.before.map(String.init) ?? ""),
        (name: "to", value: choice.target),
      ])
    let verified: HTML? =
      choice.target.isEmpty
      ? nil
      : """
      <p><input type="checkbox" id="verified" name="verified" value="yes">\
      <label for="verified">Yes: what was verified when it came is taken as verified, \
      \(plan.unverifiable.grouped) of them by a secret that isn't kept</label></p>

      """
    return """
      <form method="post" action="\(place)" class="action">
      \(hidden)\(verified)<button type="submit">Bring back \(what)</button>
      </form>

      """
  }

  /// The choice of one incoming configuration, for what was routed wrongly, or was verified by a
  /// header that carried a secret.
  private static func targets(_ plan: AgainPlanShown, _ choice: AgainChoice, _ place: Link) -> HTML
  {
    let options = ([""] + plan.incoming.prefix(500)).map { one -> HTML in
      let mark: HTML? = one == choice.target ? " selected" : nil
      let words = one.isEmpty ? "those of the webhook" : one
      return "<option value=\"\(one)\"\(mark)>\(words)</option>"
    }
    let mark: HTML? = choice.repeats ? " checked" : nil
    return """
      <h2>Another plan</h2>
      <p>To one incoming configuration alone, it takes what was verified when it came as verified. \
      What a secret header or parameter verified needs this, since these aren't kept. What was \
      refused stays refused.</p>
      <form method="get" action="\(place)" class="filter">
      \(Parts.hidden(choice.filter.query))<p><label for="to">Incoming configuration</label>\
      <select id="to" name="to">\(options)</select></p>
      <p><label for="repeat">Also what was brought back before</label>\
      <input type="checkbox" id="repeat" name="repeat" value="yes"\(mark)></p>
      <p><button type="submit">Plan</button></p>
      </form>

      """
  }

  private static func fields(_ choice: AgainChoice) -> [(name: String, value: String)] {
    choice.filter.query + [(name: "repeat", value: choice.repeats ? "yes" : "")]
  }

  private static func command(again choice: AgainChoice) -> String {
    var words = ["levelwind delivery again"]
    words.append(
      choice.id.isEmpty
        ? choice.filter.webhook.isEmpty ? "WEBHOOK" : choice.filter.webhook.asWord
        : choice.id.asWord)
    for (name, value) in choice.filter.query where !value.isEmpty && name != "webhook" {
      words.append(name == "id" ? value.asWord : "--\(name) \(value.asWord)")
    }
    if !choice.target.isEmpty { words.append("--to \(choice.target.asWord)") }
    if choice.repeats { words.append("--repeat") }
    return words.joined(separator: " ")
  }

  /// What bringing back did, where there is more to say than that it is done.
  init(_ shown: BroughtBackShown, _ choice: AgainChoice) {
    let isOne = !choice.id.isEmpty
    var content = Parts.facts([
      ("Deliveries brought back", "\(shown.deliveries.grouped)"),
      ("Tasks", "\(shown.tasks.grouped)"),
    ])
    if let failure = shown.failure {
      content += """
        <div class="problem"><h2>It stopped</h2>
        <p>\(sender: failure)</p>
        <p>It can be repeated: its tasks have the ids that they had, and none is made twice.</p></div>

        """
    }
    if let next = shown.next {
      let fields =
        Self.fields(choice) + [
          (name: "before", value: "\(next)"), (name: "to", value: choice.target),
          (name: "verified", value: choice.takesVerified ? "yes" : ""),
        ]
      content += """
        <p class="notice">It stopped after 10 s. Older ones are left.</p>
        \(Parts.button("Go on with the older ones", .again, fields))
        """
    }
    if shown.needsReload {
      content += """
        <p class="notice">Until the responder has loaded its configuration again, it would accept a \
        copy of these: <code>levelwind reload</code></p>

        """
    }
    let back = isOne ? Link.delivery(choice.id) : Link(["deliveries"], choice.filter.query)
    content += "<p><a href=\"\(back)\">Back</a></p>\n"
    self.init(
      title: shown.deliveries == 0 ? "Nothing was brought back" : "Brought back",
      above: [("Deliveries", .deliveries)], content: content)
  }
}
