import AdministrationMessages
import FoundationEssentials

extension ConfiguredFile {
  /// The group of commands about this kind.
  var command: String { "levelwind \(kind.rawValue)" }

  var above: [(String, Link)] {
    switch kind {
    case .webhook: [("Webhooks", .webhooks), (identifier, .webhook(identifier))]
    case .incoming:
      [("Incoming configurations", .incomings), (identifier, .incoming(identifier))]
    }
  }
}

extension Frame {
  /// The page of what can be done with a file; nil for what has no page. `standing` is what there
  /// is of it, in numbers, for the page that deletes it.
  init?(
    _ shown: FileShown, _ action: FileAction, problem: HTML? = nil, typed: String? = nil,
    standing: HTML? = nil
  ) {
    switch action {
    case .edit: self.init(editing: shown, problem, typed)
    case .duplicate: self.init(duplicating: shown, problem)
    case .delete: self.init(deleting: shown, standing, problem)
    case .secrets, .retire: self.init(secretsOf: shown, problem)
    case .enable, .disable: self.init(switching: shown, action, problem)
    case .export, .fields, .remove: return nil
    }
  }

  private init(
    _ title: String, of shown: FileShown, _ problem: HTML?, _ commands: [String], _ content: HTML
  ) {
    self.init(
      title: (problem == nil ? "" : "Error: ") + title, above: shown.file.above,
      commands: commands, content: "\(problem)\(content)")
  }

  /// The file as text.
  private init(editing shown: FileShown, _ problem: HTML?, _ typed: String?) {
    let file = shown.file
    let way = "\(file.command) edit \(file.identifier)"
    let guarded: HTML? =
      shown.guarded.isEmpty
      ? nil
      : """
      <p>No page changes these keys, since they reach beyond the configuration: \
      \(shown.guarded.map { "<code>\($0)</code>" as HTML }.joined(by: ", ")). \
      \(Parts.command(way)) does.</p>

      """
    let text = typed ?? shown.text
    let content: HTML
    if shown.isMasked || !Escaping.keeps(text) {
      content = """
        <p class="notice">The file has secrets or invisible characters in it, which no page shows, so \
        that it can't be saved here. \(Parts.command(way)) changes it.</p>
        <pre>
        \(lines: shown.text)</pre>

        """
    } else {
      content = """
        <form method="post" action="\(Link.action(.edit, file))">
        \(Parts.hidden([("version", file.version)]))\
        <p><label for="text">Its text (YAML)</label>\
        <span class="hint" id="text-hint">Comments stay. It is checked before it replaces the \
        file.</span><textarea id="text" name="text" rows="24" spellcheck="false" \
        aria-describedby="text-hint">
        \(text)</textarea></p>
        <p class="actions"><button type="submit">Save</button> \
        <a href="\(Link.place(of: file))">Back without saving</a></p>
        </form>

        """
    }
    self.init("Edit \(shown.name)", of: shown, problem, [way], "\(guarded)\(content)")
  }

  private init(duplicating shown: FileShown, _ problem: HTML?) {
    let file = shown.file
    let guarded: HTML? =
      shown.guarded.isEmpty
      ? nil
      : """
      <p class="notice">It has keys that no page can copy: \
      \(shown.guarded.joined(separator: ", ")). The command below does.</p>

      """
    self.init(
      "Duplicate \(shown.name)", of: shown, problem,
      ["levelwind webhook duplicate \(file.identifier)"],
      """
      \(guarded)<p>The copy has another name and another URL, and the same checks and secrets.</p>
      <form method="post" action="\(Link.action(.duplicate, file))" class="fields">
      \(Parts.hidden([("version", file.version)]))\
      \(Forms.text("name", "Name", "\(shown.name) copy", "Its identifier is made from it."))\
      <p class="actions"><button type="submit">Duplicate</button> \
      <a href="\(Link.place(of: file))">Back</a></p>
      </form>

      """)
  }

  private init(deleting shown: FileShown, _ standing: HTML?, _ problem: HTML?) {
    let file = shown.file
    let boxes = shown.secretsAlone.enumerated().map { place, secret in
      Forms.box("secret-\(place)", secret, "Also delete secrets/\(secret), which nothing else uses")
    }
    let consequences: HTML =
      file.kind == .webhook
      ? """
      <p>From then on its senders are answered 404, and many stop for good after that. Its tasks \
      stay in their spools, and its deliveries in the history for as long as they are kept.</p>
      \(boxes)\(Forms.box("sure", "yes", "Its senders don't call it any more, or may get a 404"))
      """
      : """
      <p>It can only be deleted while no webhook uses it. Its spool stays, with all tasks in it.</p>

      """
    self.init(
      "Delete \(shown.name)", of: shown, problem,
      ["\(file.command) delete \(file.identifier)"],
      """
      \(standing)<form method="post" action="\(Link.action(.delete, file))" class="fields">
      \(Parts.hidden([("version", file.version)]))\(consequences)\
      <p class="actions"><button type="submit" class="warning">Delete \(shown.name)</button> \
      <a href="\(Link.place(of: file))">Back</a></p>
      </form>

      """)
  }

  private init(switching shown: FileShown, _ action: FileAction, _ problem: HTML?) {
    let file = shown.file
    let words = action == .enable ? "Enable" : "Disable"
    self.init(
      "\(words) \(shown.name)", of: shown, problem,
      ["levelwind webhook \(action.rawValue) \(file.identifier)"],
      Parts.button("\(words) \(shown.name)", .action(action, file), [("version", file.version)]))
  }

  private init(secretsOf shown: FileShown, _ problem: HTML?) {
    let file = shown.file
    var content: HTML = """
      <p>To rotate a secret without losing a delivery: add a second one, enter it at the sender, wait \
      until the old one no longer matches, and end the old one. \
      <a href="\(Link.place(of: file))">How often each matched</a></p>

      """
    for (number, list) in shown.lists.enumerated() {
      func place(_ name: String) -> String {
        "\(number)-\(list.names.firstIndex(of: name) ?? 0)"
      }
      let names = list.names.filter { $0 != list.awaited }
      let rows = names.map { name -> HTML in
        """
        <li><form method="post" action="\(Link.action(.retire, file))" class="fields">
        \(Parts.hidden([("version", file.version), ("name", name)]))\
        <p><span class="id">\(sender: name)</span></p>
        \(Forms.box("removed", "yes", "Take it out of the file, too", id: "removed-\(place(name))"))\
        \(Forms.box("sure", "yes", "Its sender has stopped using it", id: "sure-\(place(name))"))\
        <p class="actions"><button type="submit">End it now\
        <span class="unseen">: \(name)</span></button></p>
        </form></li>

        """
      }
      let about: HTML? = list.place.isEmpty ? nil : "<p>\(list.place)</p>\n"
      let hint =
        list.takesOurs
        ? "Leave it empty to have a strong one made." : "The secret that the sender has issued."
      content += """
        <h2>\(list.path)</h2>
        \(about)<ul class="secrets">
        \(rows)</ul>
        <form method="post" action="\(Link.action(.secrets, file))" class="fields">
        \(Parts.hidden([("version", file.version), ("list", list.path)]))\
        \(Forms.password(
          "secret", list.awaited.isEmpty ? "Another secret" : "The awaited secret", hint,
          id: "secret-\(number)"))\
        <p class="actions"><button type="submit">Add the secret</button></p>
        </form>

        """
    }
    if shown.lists.isEmpty { content += "<p>Its checks take no secrets.</p>\n" }
    self.init(
      "Secrets of \(shown.name)", of: shown, problem,
      [
        "levelwind webhook secret list \(file.identifier)",
        "levelwind webhook secret add \(file.identifier)",
        "levelwind webhook secret retire \(file.identifier) NAME",
      ], content)
  }

  /// What was made, with what has to be told to the sender: a secret is shown this once.
  init(_ done: ChangeDone, _ what: Done) {
    let file = done.file
    var content: HTML = "<div class=\"notice\" role=\"alert\"><p>\(what.sentence)</p></div>\n"
    if !done.url.isEmpty {
      content += "<h2>URL</h2>\n\(Parts.copied(done.url, called: "URL of \(done.name)"))\n"
    }
    for one in done.instructions {
      content += "<p>\(one.words)</p>\n"
      if let secret = one.secret {
        content += """
          <p class="notice">This secret is shown this once, and no page can show it again.</p>
          \(Parts.copied(secret.revealed, called: "secret of \(done.name)"))

          """
      }
    }
    content += Problems.list(done.warnings, "Warnings")
    if !done.isReloading {
      content += "<p>The change isn't loaded yet: \(Parts.command("levelwind reload"))</p>\n"
    }
    content += "<p><a href=\"\(Link.place(of: file))\">Go on to \(done.name)</a></p>\n"
    self.init(
      title: done.name, above: file.above, commands: ["\(file.command) show \(file.identifier)"],
      content: content)
  }
}
