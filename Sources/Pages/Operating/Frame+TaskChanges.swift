import AdministrationMessages
import FoundationEssentials

extension TaskAction {
  /// The word on a button.
  var label: String {
    switch self {
    case .retry: "Retry"
    case .purge: "Remove"
    }
  }

  /// The states of tasks that it is for.
  var states: [String] {
    switch self {
    case .retry: ["retry", "failed", "done"]
    case .purge: ["failed", "done"]
    }
  }
}

/// The parts of a list of tasks with which operators choose.
enum TaskChoosing {
  /// The checkbox of a line; empty for a task that stays.
  static func box(_ line: TasksShown.Line, number: Int) -> HTML {
    guard TaskAction.allCases.contains(where: { $0.states.contains(line.state) }) else { return "" }
    return """
      <span class="choose"><input type="checkbox" name="\(TaskChoice.checkbox)\(number)" \
      value="\(line.id)" aria-label="Choose task \(line.id)"></span>
      """
  }

  /// The table in a form, with the buttons for what is chosen.
  static func form(_ table: HTML, _ shown: TasksShown, _ filter: TaskListFilter) -> HTML {
    let states = Set(shown.lines.map(\.state))
    func isFor(_ action: TaskAction) -> Bool { !states.isDisjoint(with: action.states) }
    guard isFor(.retry) else { return table }
    let purge: HTML? =
      isFor(.purge)
      ? """
      <button type="submit" class="warning" formmethod="get" \
      formaction="\(Link.change(.purge, filter.incoming))">Remove those chosen…</button>
      """ : nil
    return """
      <form method="post" action="\(Link.change(.retry, filter.incoming))">
      \(Parts.hidden(filter.query + [("as-of", "\(shown.asOf)")]))\(table)\
      <p class="actions"><button type="submit">Retry those chosen</button>
      \(purge)</p>
      </form>

      """
  }

  /// Links to the plans for all tasks that match.
  static func all(_ shown: TasksShown, _ filter: TaskListFilter) -> HTML {
    let state = filter.state.isEmpty ? "failed" : filter.state
    let count: String
    if filter.state.isEmpty {
      let isChosen = filter.conditions.contains { !$0.value.isEmpty }
      let failed = (shown.counts["failed"] ?? 0).grouped
      count = isChosen ? "failed ones that match" : "\(failed) failed ones"
    } else {
      count = shown.matching.map { "\($0.grouped) that match" } ?? "that match"
    }
    let isEmpty = (shown.counts[state] ?? 0) == 0 || shown.matching == 0
    let links = TaskAction.allCases.filter { $0.states.contains(state) && !isEmpty }.map {
      action -> HTML in
      let link = Link(
        ["tasks", filter.incoming, action.rawValue],
        [("all", "yes"), ("state", state)] + filter.conditions)
      return "<a href=\"\(link)\">\(action.label) all \(count)…</a>\n"
    }
    return links.isEmpty ? "" : "<p class=\"actions\">\(links)</p>\n"
  }

  /// The buttons of one task.
  static func one(_ shown: TaskShown) -> HTML {
    let place = Link.task(shown.incoming, shown.line.id)
    let retry: HTML =
      TaskAction.retry.states.contains(shown.line.state)
      ? Parts.button(
        "Retry", place.below(TaskAction.retry.rawValue), [("as-of", "\(shown.asOf)")]) : ""
    let purge: HTML? =
      TaskAction.purge.states.contains(shown.line.state)
      ? "<p><a href=\"\(place.below(TaskAction.purge.rawValue))\">Remove it…</a></p>\n" : nil
    return "\(retry)\(purge)"
  }
}

extension Frame {
  /// The plan of a change: what it would do, and the button that does it. `id` is the id of the
  /// only task that was asked for; nil for any number.
  init(_ plan: TaskPlanShown, _ action: TaskAction, _ filter: TaskListFilter, id: String?) {
    let what = id.map { "task \($0)" } ?? plan.count.counted("task")
    var content: HTML = ""
    if plan.count == 0 {
      content += "<p>There is nothing to do: no such task is failed or put off any more.</p>\n"
    } else {
      content += "\(Self.facts(plan))\(Self.consequences(plan, action))"
    }
    if plan.others > 0 {
      content += """
        <p class="notice">\(plan.others.counted("task")) of those chosen can't be meant: moved since \
        then, in use, or waiting for an importer.</p>

        """
    }
    if let looked = plan.looked {
      content += """
        <p class="notice">The search stopped after 2 s and \(looked.grouped) tasks, so there may be \
        more that match. Narrow it by state or age.</p>

        """
    }
    // What is removed for good has to be known as a whole.
    if plan.count > 0, action == .retry || plan.looked == nil {
      let place =
        id.map { Link.task(plan.incoming, $0).below(action.rawValue) }
        ?? .change(action, plan.incoming)
      content += Parts.button(
        action == .purge ? "Remove \(what) for good" : "Retry \(what)", place,
        Self.fields(plan, filter, isOne: id != nil), isWarning: action == .purge)
    }
    let list = Link.tasks(plan.incoming, filter.query)
    content += "<p><a href=\"\(list)\">Back to the tasks</a></p>\n"
    self.init(
      title: "\(action.label) \(what) of \(plan.incoming)",
      above: [("Tasks", .spools), (plan.incoming, .tasks(plan.incoming))],
      commands: [Self.command(action, plan.incoming, filter, id)], content: content)
  }

  /// The page for a choice that can't be used.
  init(choosingAgain filter: TaskListFilter, _ problem: String) {
    self.init(
      title: "Error: Tasks of \(filter.incoming)", above: [("Tasks", .spools)],
      content: """
        \(Parts.problem(problem))\
        <p><a href="\(Link.tasks(filter.incoming, filter.query))">Back to the tasks</a></p>

        """)
  }

  private static func facts(_ plan: TaskPlanShown) -> HTML {
    let states = plan.counts.sorted { $0.key < $1.key }
      .map { "\($0.value.grouped) \($0.key)" }.joined(separator: ", ")
    return Parts.facts([
      ("Tasks", plan.looked == nil ? "\(plan.count.grouped)" : "at least \(plan.count.grouped)"),
      ("State", "\(states)"), ("The oldest arrived", "\(time: plan.oldest, none: "unknown")"),
      ("The newest arrived", "\(time: plan.newest, none: "unknown")"),
    ])
  }

  private static func consequences(_ plan: TaskPlanShown, _ action: TaskAction) -> HTML {
    switch action {
    case .retry:
      let routed: HTML? =
        plan.deliveries == 0
        ? nil
        : """
        <p>\(plan.deliveries.counted("of them is a whole delivery", "of them are whole deliveries")), \
        which a filter or parser failed over: today's configuration routes it again.</p>

        """
      return """
        <p>They go back into new, for the importer to find, and their attempts are counted from 0 \
        again. The reason of the failure is kept.</p>
        \(routed)
        """
    case .purge:
      return """
        <p>They are removed for good, with their bodies and reasons. That can't be undone. The \
        deliveries stay in the history, where a webhook keeps one.</p>

        """
    }
  }

  /// What the form of a plan sends along: the ids, or for too many of them the filter; and the
  /// moment, so that what is given up later isn't meant.
  private static func fields(
    _ plan: TaskPlanShown, _ filter: TaskListFilter, isOne: Bool
  ) -> [(name: String, value: String)] {
    let moment = (name: "as-of", value: "\(plan.asOf)")
    if isOne { return [moment] }
    return filter.query + [
      moment, (name: "ids", value: plan.ids.joined(separator: "/")),
      (name: "all", value: plan.ids.isEmpty ? "yes" : ""),
    ]
  }

  private static func command(
    _ action: TaskAction, _ incoming: String, _ filter: TaskListFilter, _ id: String?
  ) -> String {
    let words = "levelwind task \(action.rawValue) \(incoming)"
    if let id { return "\(words) \(id.asWord)" }
    let conditions =
      [("state", filter.state.isEmpty ? "failed" : filter.state)]
      + filter.conditions.map { ($0.name == "sender-id" ? "sender-delivery" : $0.name, $0.value) }
    return conditions.filter { !$0.1.isEmpty }
      .reduce(words) { "\($0) --\($1.0) \($1.1.asWord)" }
  }

  /// What a change did, where that isn't all that was asked for.
  init(_ changed: TasksChanged, _ action: TaskAction, _ choice: TaskChoice) {
    let incoming = changed.incoming
    var facts: [(String, HTML)] = [
      (action == .purge ? "Removed" : "Retried", "\(changed.done.grouped)")
    ]
    if changed.routed > 0 {
      facts.append(
        (
          "Routed again",
          "\(changed.routed.counted("delivery", "deliveries")), with \(changed.made.counted("task"))"
        ))
    }
    if changed.failed > 0 { facts.append(("Not done", "\(changed.failed.grouped)")) }
    if changed.skipped > 0 {
      facts.append(("In use, gone, or moved since you looked", "\(changed.skipped.grouped)"))
    }
    var content = Parts.facts(facts)
    if !changed.problems.isEmpty {
      content += "<h2>Why not</h2>\n\(Parts.list(changed.problems.map { "\(sender: $0)" }))"
    }
    if changed.left > 0 {
      let fields =
        choice.filter.query + [
          (name: "as-of", value: choice.asOf.map(String.init) ?? ""),
          (name: "ids", value: choice.ids.joined(separator: "/")),
          (name: "all", value: choice.isAll ? "yes" : ""),
        ]
      content += """
        <p class="notice">It stopped after 10 s. The others are as they were.</p>
        \(Parts.button("Go on", .change(action, incoming), fields, isWarning: action == .purge))
        """
    }
    content += """
      <p><a href="\(Link.tasks(incoming, choice.filter.query))">Back to the tasks</a></p>

      """
    self.init(
      title: action == .purge ? "Not all tasks were removed" : "Not all tasks were retried",
      above: [("Tasks", .spools), (incoming, .tasks(incoming))],
      commands: ["levelwind task list \(incoming)"], content: content)
  }
}
