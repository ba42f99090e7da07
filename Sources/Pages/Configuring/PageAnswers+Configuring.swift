import AdministrationMessages
import FoundationEssentials

extension PageAnswers {
  /// The page of an answer about a file of the configuration; nil for other answers.
  func configurationPage(
    of answer: AdministrationAnswer, _ route: Route, _ verb: AdministrationQuestion.Verb,
    _ fields: Fields, to visitor: Visitor, at now: Date
  ) -> Response? {
    guard case .configure(let asked) = verb else { return nil }
    let role = answer.role
    func page(_ frame: Frame?, _ status: Int = 200) -> Response? {
      guard var frame else { return nil }
      frame.section = route.section
      return Response(frame.page(for: visitor.user, role, at: now), status: status)
    }
    switch (answer.content, route) {
    case (.choices(let shown), .new(.webhook)):
      guard !fields["check"].isEmpty else {
        return page(Frame(choosingSender: shown, fields["search"]))
      }
      var new = NewWebhookAsked(fields)
      (new.isLogging, new.keepsHistory) = (true, true)
      if shown.senders.contains(where: { $0.name == new.sender && !$0.takesOurs }) {
        new.origin = .given
      }
      return page(Frame(new: new, shown))
    case (.choices, .new(.incoming)): return page(Frame(newIncoming: ("", "", "")))
    case (.archive(let bytes), .file(_, let identifier, .export)):
      return Response(download: Array(bytes), named: identifier, ending: "tar")
    case (.file(let shown), .file(_, let identifier, .export)):
      guard !shown.text.isEmpty else { return nil }
      return Response(download: Array(shown.text.utf8), named: identifier, ending: "yaml")
    case (.file(let shown), .file(_, _, let action)):
      let standing = action == .delete ? standing(of: shown.file, visitor) : nil
      return page(Frame(shown, action, standing: standing))
    case (.fields(let shown), _):
      var frame = Frame(shown)
      frame.done = Done(rawValue: fields["done"])
      return page(frame)
    case (.unusableFields(let shown), _): return page(Frame(shown), 400)
    case (.unusableChoices(let shown), _):
      if case .create(let new) = asked { return page(Frame(new: new, shown), 400) }
      return nil
    case (.configured(let done), _): return page(Frame(done, asked.done))
    case (.stale(let shown), .file(_, _, let action)):
      let typed: String? = if case .save(_, let text) = asked { text } else { nil }
      return page(Frame(shown, action, problem: Self.stale(typed)), 409)
    case (.guarded(let keys, let command), .file(let kind, let identifier, _)):
      let problem = Problems.box(
        """
        <h2>No page changes these keys</h2>
        \(Parts.list(keys.map { "<code>\($0)</code>" }))<p>They reach beyond the configuration. On the \
        server: \(Parts.command(command))</p>

        """)
      return page(again(asked, ConfiguredFile(kind, identifier), problem), 403)
    case (.invalid(let problems), _):
      let problem = Problems.box(Problems.list(problems, "There is a problem"))
      return page(again(asked, asked.file, problem), 400)
    case (.unusable(let field, let words), _):
      let problem = Problems.box(
        "<h2>There is a problem</h2>\n<p><a href=\"#\(field)\">\(field)</a>: \(words)</p>\n")
      return page(again(asked, asked.file, problem), 400)
    default: return nil
    }
  }

  /// What there is of a webhook or an incoming configuration, in numbers; nil if that can't be
  /// told.
  private func standing(of file: ConfiguredFile, _ visitor: Visitor) -> HTML? {
    func waiting(_ identifier: String, _ note: String) -> (String, HTML)? {
      guard case .incoming(let shown) = told(.incoming(identifier: identifier), to: visitor),
        let counts = shown.counts
      else { return nil }
      let words =
        "\((counts.new + counts.claimed + counts.retry).counted("task")) wait, "
        + "\(counts.failed.grouped) failed\(note)"
      return ("In the spool \(identifier)", "\(words)")
    }
    switch file.kind {
    case .incoming: return waiting(file.identifier, "").map { Parts.facts([$0]) }
    case .webhook:
      guard case .webhook(let shown) = told(.webhook(identifier: file.identifier), to: visitor)
      else { return nil }
      let note = ", of all its webhooks together"
      return Parts.facts(
        [
          ("Last delivery", "\(time: shown.line.lastDelivery, none: "never")"),
          ("What came so far", "\(shown.activity.joined(separator: "; "))"),
          ("Deliveries", shown.isKept ? "some are kept in the history" : "none is kept"),
        ] + shown.line.incoming.compactMap { waiting($0, note) })
    }
  }

  private static func stale(_ typed: String?) -> HTML {
    let text: HTML? = typed.map {
      "<h3>What you wrote</h3>\n<pre>\n\(lines: $0)</pre>\n"
    }
    return Problems.box(
      """
      <h2>It was changed since you looked</h2>
      <p>Nothing was changed. Below it is as it is now.</p>
      \(text)
      """)
  }

  /// The form again, with what was typed still there: all but secrets.
  private func again(
    _ verb: ConfigurationVerb, _ file: ConfiguredFile?, _ problem: HTML
  ) -> Frame {
    switch verb {
    case .create(let asked): return Frame(new: asked, ChoicesShown(), problem: problem)
    case .createIncoming(let name, let description, let filter):
      return Frame(newIncoming: (name, description, filter), problem: problem)
    case .save(let file, let text):
      var shown = FileShown(file)
      (shown.name, shown.text) = (file.identifier, text)
      return Frame(shown, .edit, problem: problem) ?? Frame(title: "Error", content: problem)
    case .duplicate(let file, _):
      var shown = FileShown(file)
      shown.name = file.identifier
      return Frame(shown, .duplicate, problem: problem) ?? Frame(title: "Error", content: problem)
    default:
      let back: HTML? = file.map {
        "<p><a href=\"\(Link.place(of: $0))\">Back to \($0.identifier)</a></p>\n"
      }
      return Frame(title: "Error: nothing was changed", content: "\(problem)\(back)")
    }
  }

  /// Why a change wants a word more: its senders used it a short while ago. nil if they didn't, or
  /// the word is there.
  func caution(
    _ verb: AdministrationQuestion.Verb, _ fields: Fields, by visitor: Visitor, at now: Date
  ) -> String? {
    guard case .configure(let asked) = verb, fields["sure"] != "yes" else { return nil }
    func look(_ identifier: String) -> WebhookShown? {
      guard case .webhook(let shown) = told(.webhook(identifier: identifier), to: visitor) else {
        return nil
      }
      return shown
    }
    func isRecent(_ moment: Date?) -> Bool {
      moment.map { now.timeIntervalSince($0) < 7 * 86_400 } ?? false
    }
    switch asked {
    case .delete(let file, _) where file.kind == .webhook:
      guard isRecent(look(file.identifier)?.line.lastDelivery) else { return nil }
      return "A delivery came within seven days. Check the box that says that its senders don't "
        + "call it any more."
    case .retireSecret(let file, let name, _):
      let secret = look(file.identifier)?.secrets.first { $0.name == name }
      guard isRecent(secret?.lastMatch), secret?.isExpired == false else { return nil }
      return "\(name) matched within seven days: a sender that still signs with it would be "
        + "refused. Check the box beside the button if that is meant."
    default: return nil
    }
  }
}

extension PageAnswers {
  /// Asks what the responder has loaded.
  ///
  /// - Parameters:
  ///   - before: the number that a next one is waited for, for a few seconds; nil not to wait.
  ///   - visitor: who asks.
  /// - Returns: the number of the loaded configuration; nil if no responder runs.
  func loading(after before: Int?, by visitor: Visitor) -> Int? {
    guard case .loading(let number) = told(.loading(after: before), to: visitor) else {
      return nil
    }
    return number
  }

  /// Asks beside what a page shows.
  private func told(
    _ verb: AdministrationQuestion.Verb, to visitor: Visitor
  ) -> AdministrationAnswer.Content? {
    let question = AdministrationQuestion(
      user: visitor.user, groups: visitor.groups, request: "", verb)
    return try? helpers[verb.helper]?.ask(question.bytes).content
  }
}

extension ConfigurationVerb {
  /// What is said when it is done.
  fileprivate var done: Done {
    switch self {
    case .enable: .enabled
    case .disable: .disabled
    case .delete: .deleted
    case .create, .createIncoming, .duplicate: .created
    case .retireSecret: .retired
    case .save, .saveFields, .removeEntry, .addSecret, .file, .export, .fields, .choices: .saved
    }
  }
}

extension ChangeDone {
  /// Whether there is more to say than that it is done.
  var isWorthAPage: Bool {
    !instructions.isEmpty || !warnings.isEmpty || !isReloading
  }
}

extension Frame {
  /// The link to the page that makes a new one.
  static func maker(_ kind: ConfiguredFile.Kind, _ role: UserRole) -> HTML {
    if role < .administrator { return "" }
    let words = kind == .webhook ? "New webhook" : "New incoming configuration"
    return "<p class=\"actions\"><a href=\"\(Link.new(kind))\">\(words)</a></p>\n"
  }

  /// The buttons for what can be done with a file.
  static func actions(
    on file: ConfiguredFile, isDisabled: Bool, _ role: UserRole
  ) -> HTML {
    var items: [HTML] = []
    if file.kind == .webhook, role >= .operator_ {
      let action: FileAction = isDisabled ? .enable : .disable
      items.append(
        Parts.button(
          isDisabled ? "Enable" : "Disable", .action(action, file), [("version", file.version)]))
    }
    if role >= .administrator {
      let all: [(FileAction, String)] =
        file.kind == .webhook
        ? [
          (.fields, "Edit"), (.secrets, "Secrets"), (.duplicate, "Duplicate"),
          (.export, "Export"), (.delete, "Delete"),
        ] : [(.fields, "Edit"), (.export, "Export"), (.delete, "Delete")]
      items += all.map { action, word in
        """
        <a href="\(Link.action(action, file))">\(word)\
        <span class="unseen"> \(file.identifier)</span></a>
        """
      }
    }
    return items.isEmpty ? "" : "<div class=\"actions\">\(items.joined(by: "\n"))</div>\n"
  }
}
