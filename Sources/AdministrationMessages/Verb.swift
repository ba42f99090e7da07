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
      }
    }

    /// The helper that answers it.
    package var helper: Helper { .administer }
  }
}

/// A process that answers questions of the pages, named by its command.
package enum Helper: String, Sendable, CaseIterable {
  case administer

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
