import AdministrationMessages
import FoundationEssentials

extension Frame {
  /// The first page of a new webhook: who sends?
  init(choosingSender shown: ChoicesShown, _ search: String) {
    let wanted = search.lowercased()
    let senders = shown.senders.filter {
      wanted.isEmpty || $0.name.contains(wanted) || $0.title.lowercased().contains(wanted)
    }
    let rows = senders.map { sender -> HTML in
      let link = Link.new(.webhook, [("check", "sender"), ("sender", sender.name)])
      return "<a href=\"\(link)\">\(sender.title)</a><span class=\"id faint\">\(sender.name)</span>"
    }
    let list: HTML =
      rows.isEmpty
      ? "<p>No preset matches \(search). <a href=\"\(Link.new(.webhook))\">Show all</a></p>\n"
      : "<div class=\"columns\">\(Parts.list(rows))</div>"
    let others: [(NewWebhookAsked.Check, String)] = [
      (.hmac, "A signature in a header: an HMAC of the body"),
      (.header, "A secret in a header"), (.basic, "A user and a password (basic authentication)"),
      (.query, "A secret in the URL's query"), (.none, "Nothing: anyone may send"),
    ]
    let ways = others.map { check, words -> HTML in
      "<a href=\"\(Link.new(.webhook, [("check", check.rawValue)]))\">\(words)</a>"
    }
    self.init(
      title: "New webhook: who sends?", above: [("Webhooks", .webhooks)],
      commands: ["levelwind senders list", "levelwind webhook create NAME --incoming INCOMING"],
      content: """
        <p>A preset knows how the sender signs, what it sends first, and what it does after a \
        failure.</p>
        \(Parts.filter(
          .new(.webhook), [.text(name: "search", label: "Sender", value: search)],
          chosen: !search.isEmpty))\
        <h2>Presets</h2>
        \(list)<h2>Another sender, which proves itself by</h2>
        \(Parts.list(ways))
        """)
  }

  /// The fields of a new webhook, in the order of the specification.
  init(new asked: NewWebhookAsked, _ choices: ChoicesShown, problem: HTML? = nil) {
    let sender = choices.senders.first { $0.name == asked.sender }
    let known = choices.incoming.prefix(50).joined(separator: ", ")
    func told(_ field: String) -> String? {
      choices.problems.first { $0.key == field }?.words
    }
    let content: HTML = """
      <form method="post" action="\(Link.new(.webhook))" class="fields">
      \(Parts.hidden([("check", asked.check.rawValue), ("sender", asked.sender)]))\
      \(Forms.text("name", "Name", asked.name, problem: told("name")))\
      \(Forms.text("identifier", "Identifier", asked.identifier, "Made from the name if empty. It ends the URL, and stays.", problem: told("identifier")))\
      \(Forms.text("description", "Description", asked.description))\
      \(Forms.box("disabled", "yes", "Disabled", isChecked: asked.isDisabled))\
      \(Forms.text("incoming", "Incoming configuration", asked.incoming, known.isEmpty ? "An identifier" : "One of \(known)", problem: told("incoming")))\
      \(Forms.box("make-incoming", "yes", "Make it if there is none", isChecked: asked.makesIncoming))\
      \(Forms.text("additional", "Additional incoming configurations", asked.additional.joined(separator: ", "), "Each gets its own tasks. Separate them with commas.", problem: told("additional")))\
      \(Forms.box("logging", "yes", "Enable logging: accepted deliveries, too", isChecked: asked.isLogging))\
      \(Forms.box("history", "yes", "Keep its deliveries for 7 days", isChecked: asked.keepsHistory))\
      <h2>Pre-processors</h2>
      \(Self.check(asked, sender))\(Self.origin(asked, sender, told("secret")))\
      \(FieldForm.fields(choices.fields, command: "levelwind webhook create"))\
      <p class="actions"><button type="submit">Make the webhook</button> \
      <a href="\(Link.new(.webhook))">Another sender</a></p>
      </form>

      """
    let ours = ["name", "identifier", "incoming", "additional", "secret"]
    let links = choices.problems.filter { ours.contains($0.key) }.map { one -> HTML in
      "<a href=\"#\(one.key)\">\(FieldForm.words(one.key))</a>: \(one.words)"
    }
    let others = choices.problems.filter { !ours.contains($0.key) }
    let typed: HTML? =
      links.isEmpty
      ? FieldForm.summary(choices.fields, others)
      : Problems.box("<h2>There is a problem</h2>\n\(Parts.list(links))")
    let isWrong = problem != nil || typed != nil
    self.init(
      title: (isWrong ? "Error: " : "") + "New webhook",
      above: [("Webhooks", .webhooks), ("New webhook", .new(.webhook))],
      commands: ["levelwind webhook create NAME --incoming INCOMING"],
      content: "\(problem)\(typed)\(content)")
  }

  private static func check(_ asked: NewWebhookAsked, _ sender: SenderChoice?) -> HTML {
    switch asked.check {
    case .sender: "<p>The preset of \(sender?.title ?? asked.sender) checks its deliveries.</p>\n"
    case .header: "<p>A header holds the secret.</p>\n"
    case .hmac: "<p>The secret signs the deliveries.</p>\n"
    case .query: "<p>A parameter of the URL holds the secret.</p>\n"
    case .basic: "<p>The user is levelwind, and the password is the secret.</p>\n"
    case .none: "<p>Nothing is checked: anyone who knows the URL may send.</p>\n"
    }
  }

  private static func origin(
    _ asked: NewWebhookAsked, _ sender: SenderChoice?, _ problem: String?
  ) -> HTML {
    if asked.check == .none { return "" }
    let hint = sender.map { "\($0.title): \($0.secretPlace)" } ?? ""
    return """
      \(Forms.choice(
        "origin", "Its secret", asked.origin.rawValue,
        [
          ("made", "is made here, and shown once"), ("given", "was issued by the sender: paste it below"),
          ("later", "comes later"),
        ]))\
      \(Forms.password("secret", "The secret that the sender has issued", hint, problem: problem))
      """
  }

  /// The fields of a new incoming configuration.
  init(
    newIncoming fields: (name: String, description: String, filter: String), problem: HTML? = nil
  ) {
    self.init(
      title: (problem == nil ? "" : "Error: ") + "New incoming configuration",
      above: [("Incoming configurations", .incomings)],
      commands: ["levelwind incoming create NAME"],
      content: """
        \(problem)<form method="post" action="\(Link.new(.incoming))" class="fields">
        \(Forms.text("name", "Name", fields.name, "Its identifier, which names the spool, is made from it."))\
        \(Forms.text("description", "Description", fields.description))\
        \(Forms.text("filter", "Filter", fields.filter, "A jq program, such as .data.body.entity == \"stock\". It takes everything if empty."))\
        <p class="actions"><button type="submit">Make it</button></p>
        </form>

        """)
  }
}
