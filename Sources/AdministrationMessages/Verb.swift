extension AdministrationQuestion {
  /// What can be asked. The names of users, webhooks and tasks in it are only text: the helper
  /// checks them.
  package enum Verb: Sendable, Equatable, Codable {
    case status
    case info
    case webhooks(WebhookFilter)
    case webhook(identifier: String)
    case incomingList
    case incoming(identifier: String)
    case deliveries(DeliveryFilter)
    case delivery(id: String)
    /// The request of a delivery: its headers and the beginning of its body.
    case deliveryRequest(id: String)
    /// The whole body of a delivery.
    case deliveryBody(id: String)
    case tasks(TaskListFilter)
    case task(incoming: String, id: String)
    /// The headers and the beginning of the body of a task.
    case taskRequest(incoming: String, id: String)
    case taskBody(incoming: String, id: String)
    case changes(before: Int?)
    case users

    /// What a change of tasks would do.
    case taskPlan(TaskAction, TaskChoice)
    /// Changes tasks.
    case changeTasks(TaskAction, TaskChoice)
    /// What becomes of deliveries that are brought back.
    case againPlan(AgainChoice)
    /// Brings deliveries back.
    case bringBack(AgainChoice)
    /// What would become of a request.
    case explain(PastedRequest)

    /// The number of the loaded configuration, once it is above this one or a few seconds are over.
    case loading(after: Int?)
    /// Looks at a file of the configuration, or changes it.
    case configure(ConfigurationVerb)

    /// The verb in a word, for the log.
    package var word: String {
      switch self {
      case .status: "status"
      case .info: "info"
      case .webhooks: "webhooks"
      case .webhook: "webhook"
      case .incomingList: "incoming list"
      case .incoming: "incoming"
      case .deliveries: "deliveries"
      case .delivery: "delivery"
      case .deliveryRequest: "delivery request"
      case .deliveryBody: "delivery body"
      case .tasks: "tasks"
      case .task: "task"
      case .taskRequest: "task request"
      case .taskBody: "task body"
      case .changes: "changes"
      case .users: "users"
      case .taskPlan(let action, _), .changeTasks(let action, _): "task \(action.rawValue)"
      case .againPlan, .bringBack: "bringing back"
      case .explain: "explain"
      case .loading: "loading"
      case .configure: "configure"
      }
    }

    /// The helper that answers it.
    package var helper: Helper {
      if case .configure = self { .configure } else { .administer }
    }
  }
}

/// A process that answers questions of the pages, named by its command.
package enum Helper: String, Sendable, CaseIterable {
  case administer, configure

  /// The unit of systemd, without its ending.
  package var unit: String { "levelwind-\(rawValue)" }
}

/// What may be done with tasks.
package enum TaskAction: String, Sendable, Equatable, Codable, CaseIterable {
  case retry, purge
}

/// The tasks that a change means: those with these ids, or all that the filter chooses.
package struct TaskChoice: Sendable, Equatable, Codable {
  /// The most ids. A plan for more tasks has the moment alone.
  package static let mostIDs = 1_000

  package var filter: TaskListFilter
  /// Whether all tasks are meant that the filter chooses, and no ids are given.
  package var isAll = false
  package var ids: [String] = []
  /// The moment of the page on which they were chosen, in microseconds since 1970. What was moved
  /// later isn't meant. nil for now.
  package var asOf: Int?

  package init(of incoming: String) {
    filter = TaskListFilter()
    filter.incoming = incoming
  }
}

/// The deliveries that are brought back: one of them, or all that the filter chooses.
package struct AgainChoice: Sendable, Equatable, Codable {
  /// The id of the only one; empty for those of the filter.
  package var id = ""
  /// The conditions. `before` is the number behind the newest that is meant.
  package var filter = DeliveryFilter()
  /// The only incoming configuration to route to; empty for those of the webhook.
  package var target = ""
  /// Whether what was verified when it came is taken as verified. `target` needs it.
  package var takesVerified = false
  /// Whether those are meant that were brought back before.
  package var repeats = false

  package init() {}
}

/// A request that somebody pasted.
package struct PastedRequest: Sendable, Equatable, Codable {
  package var webhook = ""
  /// The request as an HTTP/1.1 message; empty for a form that isn't filled in yet.
  package var text = ""
  /// The client's address.
  package var remote = ""

  package init() {}
}
