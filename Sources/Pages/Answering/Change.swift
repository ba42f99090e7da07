import AdministrationMessages

/// What a form asks for.
struct Change: Sendable {
  let verb: AdministrationQuestion.Verb
  /// What is said when it is done.
  let done: Done
  /// The page that says so.
  let next: Link
}

/// What was done, in a word that stands in an address. The sentence for it is fixed, so that a link
/// of somebody else's can't put words on a page.
enum Done: String, CaseIterable, Sendable {
  case retried, purged, back
  case enabled, disabled, saved, created, deleted, retired

  var sentence: String {
    switch self {
    case .retried: "The tasks are retried: they are in new again."
    case .purged: "The tasks are removed."
    case .back: "It is brought back: its tasks are made."
    case .enabled: "It is enabled: it takes deliveries again."
    case .disabled: "It is disabled: its senders are answered as if it did not exist."
    case .saved: "The change is made."
    case .created: "It is made."
    case .deleted: "It is deleted. Its tasks stay in their spools."
    case .retired: "The secret is ended."
    }
  }
}

extension Route {
  /// Whether forms are sent here.
  var takesForms: Bool {
    switch self {
    case .changeTasks, .changeTask, .again, .deliveryAgain, .explain, .new: true
    case .file(_, _, let action): action != .export
    default: false
    }
  }

  /// What a form asks for that is sent here; nil if it is for nothing that is known.
  func change(_ fields: Fields) -> Change? {
    switch self {
    case .changeTasks(let action, let incoming):
      Change(
        verb: .changeTasks(action, TaskChoice(fields, of: incoming)), done: Done(action),
        next: .tasks(incoming, TaskListFilter(fields, of: incoming).query))
    case .changeTask(let action, let incoming, let id):
      Change(
        verb: .changeTasks(action, TaskChoice(fields, of: incoming, only: id)),
        done: Done(action),
        next: action == .purge ? .tasks(incoming) : .task(incoming, id))
    case .again:
      Change(
        verb: .bringBack(AgainChoice(fields, only: "")), done: .back,
        next: Link(["deliveries"], DeliveryFilter(fields).query))
    case .deliveryAgain(let id):
      Change(
        verb: .bringBack(AgainChoice(fields, only: id)), done: .back, next: .delivery(id))
    case .explain(let webhook):
      // It is shown what would become of it: nothing is done.
      Change(
        verb: .explain(PastedRequest(fields, to: webhook)), done: .back, next: .webhook(webhook))
    default: configurationChange(fields)
    }
  }
}

extension Done {
  init(_ action: TaskAction) {
    switch action {
    case .retry: self = .retried
    case .purge: self = .purged
    }
  }
}

extension TaskChoice {
  /// The tasks of a form. The ids of a plan stand in one field, with a slash between them, which no
  /// file's name has; each checkbox is a field of its own.
  init(_ fields: Fields, of incoming: String) {
    self.init(of: incoming)
    filter = TaskListFilter(fields, of: incoming)
    isAll = fields["all"] == "yes"
    ids =
      fields.exact("ids").split(separator: "/").map(String.init) + fields.all(Self.checkbox)
    asOf = fields.number("as-of")
  }

  init(_ fields: Fields, of incoming: String, only id: String) {
    self.init(of: incoming)
    ids = [id]
    asOf = fields.number("as-of")
  }

  /// How the names of the checkboxes begin.
  static let checkbox = "task-"
}

extension AgainChoice {
  /// The deliveries of a plan or of its form.
  init(_ fields: Fields, only id: String) {
    self.init()
    self.id = id
    if id.isEmpty {
      filter = DeliveryFilter(fields)
      filter.after = nil
    }
    target = fields["to"]
    takesVerified = fields["verified"] == "yes"
    repeats = fields["repeat"] == "yes"
  }
}

extension PastedRequest {
  init(_ fields: Fields, to webhook: String) {
    self.init()
    self.webhook = webhook
    text = fields.exact("request")
    remote = fields["remote"]
  }
}
