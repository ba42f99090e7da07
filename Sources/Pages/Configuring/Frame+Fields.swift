import AdministrationMessages

extension Frame {
  /// The form of a part of a file: of the whole, or of an entry.
  init(_ shown: FieldsShown) {
    let file = shown.file
    let way = "\(file.command) edit \(file.identifier)"
    let problem = FieldForm.summary(shown.fields, shown.problems)
    var commands = [way]
    if let key = shown.fields.first(where: { !$0.isGuarded })?.key, !shown.isNew {
      let path = shown.part.path.isEmpty ? key : "\(shown.part.path).\(key)"
      commands.append("\(file.command) set \(file.identifier) '\(path)=VALUE'")
    }
    let content: HTML
    if !shown.kinds.isEmpty {
      content = Self.kinds(shown)
    } else if shown.isGuarded {
      content = """
        <p class="notice">No page changes it, since it reaches beyond the configuration. \
        \(Parts.command(way)) does.</p>
        \(FieldForm.fields(shown.fields, command: way))
        """
    } else {
      content = "\(Self.form(shown, way))\(Self.removal(shown))"
    }
    let documentation: HTML? =
      shown.documentation.isEmpty
      ? nil : "<p>\(FieldForm.markdown(shown.documentation))</p>\n"
    self.init(
      title: (problem == nil ? "" : "Error: ") + Self.title(shown),
      above: file.above + (shown.part.path.isEmpty ? [] : [("Edit", .fields(file))]),
      commands: commands, content: "\(problem)\(documentation)\(content)")
  }

  private static func title(_ shown: FieldsShown) -> String {
    if shown.part.path.isEmpty { return "Edit \(shown.name)" }
    let what =
      shown.part.path.hasPrefix("pre_")
      ? "pre-processor" : shown.part.path.hasPrefix("post_") ? "post-processor" : shown.part.path
    let type = shown.part.type.isEmpty ? "" : " \(shown.part.type)"
    return shown.isNew
      ? "New \(what)\(type) of \(shown.name)" : "Edit \(what)\(type) of \(shown.name)"
  }

  private static func kinds(_ shown: FieldsShown) -> HTML {
    let rows = shown.kinds.map { kind -> HTML in
      """
      <a href="\(Link.fields(shown.file, PartAsked(shown.part.path, type: kind.type)))">\
      \(kind.type)</a><span class="faint">\(FieldForm.markdown(kind.documentation))</span>
      """
    }
    return "<h2>Which kind?</h2>\n\(Parts.list(rows))"
  }

  private static func form(_ shown: FieldsShown, _ way: String) -> HTML {
    let file = shown.file
    let secret: HTML? =
      shown.takesSecret
      ? Forms.box(
        "make-secret", "yes", "Make a secret for it, unless some are named above",
        isChecked: true) : nil
    let kind = shown.isNew ? shown.part.type : ""
    return """
      <form method="post" action="\(Link.action(.fields, file))" class="fields">
      \(Parts.hidden([("version", file.version), ("part", shown.part.path), ("type", kind)]))\
      \(FieldForm.fields(shown.fields, command: way))\(secret)\
      <p class="actions"><button type="submit">Save</button> \
      <a href="\(shown.part.path.isEmpty ? Link.place(of: file) : Link.fields(file))">Back without \
      saving</a></p>
      </form>
      \(shown.entries.map { entry($0, file) })\(text(shown))
      """
  }

  private static func entry(_ entry: EntryShown, _ file: ConfiguredFile) -> HTML {
    let title = FieldForm.words(entry.key)
    let rows = entry.there.map { one -> HTML in
      """
      <a href="\(Link.fields(file, PartAsked(one.value)))">\(one.name)</a> \
      <code>\(one.value)</code>
      """
    }
    let list: HTML = rows.isEmpty ? "<p>None.</p>\n" : Parts.list(rows)
    let next: HTML? = entry.next.map {
      """
      <p class="actions"><a href="\(Link.fields(file, PartAsked($0)))">Add one\
      <span class="unseen"> to \(title)</span></a></p>

      """
    }
    return "<h2>\(title)</h2>\n\(list)\(next)"
  }

  /// The link to the file as text, under the form of the whole.
  private static func text(_ shown: FieldsShown) -> HTML {
    guard shown.part.path.isEmpty else { return "" }
    return """
      <p>A change by fields keeps everything else in the file, comments too. \
      <a href="\(Link.action(.edit, shown.file))">Edit the file as text</a></p>

      """
  }

  private static func removal(_ shown: FieldsShown) -> HTML {
    guard !shown.part.path.isEmpty, !shown.isNew else { return "" }
    return Parts.button(
      "Remove \(shown.part.path)", .action(.remove, shown.file),
      [("version", shown.file.version), ("part", shown.part.path)], isWarning: true)
  }
}

extension Link {
  /// The form of a part of a file.
  static func fields(_ file: ConfiguredFile, _ part: PartAsked = PartAsked("")) -> Link {
    Link(
      ["\(file.kind == .webhook ? "webhooks" : "incoming")", file.identifier, "fields"],
      [("part", part.path), ("type", part.type)])
  }
}
