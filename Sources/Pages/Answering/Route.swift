import AdministrationMessages
import Bytes

/// A place of the pages.
enum Route: Sendable, Equatable {
  case root
  case asset(String)
  case status
  case info
  case changes
  case users
  case webhooks
  case webhook(String)
  case incomings
  case incoming(String)
  case deliveries
  case delivery(String)
  case deliveryRequest(String)
  case deliveryBody(String)
  case spools
  case tasks(String)
  case task(String, String)
  case taskRequest(String, String)
  case taskBody(String, String)
  /// A change of the tasks of a spool: its plan, and where its form is sent.
  case changeTasks(TaskAction, String)
  case changeTask(TaskAction, String, String)
  /// Bringing deliveries back.
  case again
  case deliveryAgain(String)
  case explain(String)
  /// A new webhook or incoming configuration.
  case new(ConfiguredFile.Kind)
  /// What is done with the file of one.
  case file(ConfiguredFile.Kind, String, FileAction)

  /// Reads a path as it was sent; nil for a path that leads nowhere.
  init?(_ path: [UInt8]) {
    guard path.first == UInt8(ascii: "/") else { return nil }
    if path.count == 1 {
      self = .root
      return
    }
    var parts: [String] = []
    for raw in path.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    {
      guard let part = try? Fields.text(raw, plus: UInt8(ascii: "+")), !part.isEmpty,
        part != ".", part != "..", !part.utf8.contains(UInt8(ascii: "/")), part.utf8.count <= 300
      else { return nil }
      parts.append(part)
    }
    guard let route = Self.route(parts) else { return nil }
    self = route
  }

  private static func route(_ parts: [String]) -> Route? {
    switch (parts[0], parts.count) {
    case ("status", 1): .status
    case ("settings", 2):
      ["info": .info, "changes": .changes, "users": .users][parts[1]]
    case ("webhooks", 1): .webhooks
    case ("webhooks", 2): .webhook(parts[1])
    case ("webhooks", 3) where parts[2] == "explain": .explain(parts[1])
    case ("incoming", 1): .incomings
    case ("incoming", 2): .incoming(parts[1])
    case ("deliveries", 1): .deliveries
    case ("deliveries", 2): parts[1] == "again" ? .again : .delivery(parts[1])
    case ("deliveries", 3):
      [
        "request": .deliveryRequest(parts[1]), "body": .deliveryBody(parts[1]),
        "again": .deliveryAgain(parts[1]),
      ][parts[2]]
    case ("tasks", 1): .spools
    case ("tasks", 2): .tasks(parts[1])
    case ("tasks", 3):
      TaskAction(rawValue: parts[2]).map { .changeTasks($0, parts[1]) } ?? .task(parts[1], parts[2])
    case ("tasks", 4):
      TaskAction(rawValue: parts[3]).map { .changeTask($0, parts[1], parts[2]) }
        ?? [
          "request": .taskRequest(parts[1], parts[2]), "body": .taskBody(parts[1], parts[2]),
        ][parts[3]]
    case (_, 1) where Assets.all.contains { $0.name == parts[0] }: .asset(parts[0])
    default: configuration(parts)
    }
  }

  /// What to ask the helper for this place; nil where nothing is asked.
  func verb(_ fields: Fields) -> AdministrationQuestion.Verb? {
    switch self {
    case .root, .asset: nil
    case .status: .status
    case .info: .info
    case .changes: .changes(before: fields.number("before"))
    case .users: .users
    case .webhooks: .webhooks(WebhookFilter(fields))
    case .webhook(let identifier): .webhook(identifier: identifier)
    case .incomings, .spools: .incomingList
    case .incoming(let identifier): .incoming(identifier: identifier)
    case .deliveries: .deliveries(DeliveryFilter(fields))
    case .delivery(let id): .delivery(id: id)
    case .deliveryRequest(let id): .deliveryRequest(id: id)
    case .deliveryBody(let id): .deliveryBody(id: id)
    case .tasks(let incoming): .tasks(TaskListFilter(fields, of: incoming))
    case .task(let incoming, let id): .task(incoming: incoming, id: id)
    case .taskRequest(let incoming, let id): .taskRequest(incoming: incoming, id: id)
    case .taskBody(let incoming, let id): .taskBody(incoming: incoming, id: id)
    case .changeTasks(let action, let incoming):
      .taskPlan(action, TaskChoice(fields, of: incoming))
    case .changeTask(let action, let incoming, let id):
      .taskPlan(action, TaskChoice(fields, of: incoming, only: id))
    case .again: .againPlan(AgainChoice(fields, only: ""))
    case .deliveryAgain(let id): .againPlan(AgainChoice(fields, only: id))
    case .explain(let webhook): .explain(PastedRequest(fields, to: webhook))
    case .new(let kind):
      .configure(
        .choices(
          kind == .webhook ? NewWebhookAsked.Check(rawValue: fields["check"]) : nil,
          sender: fields["sender"]))
    case .file(.webhook, let identifier, .export):
      .configure(.export(ConfiguredFile(.webhook, identifier)))
    case .file(let kind, let identifier, .fields):
      .configure(
        .fields(
          ConfiguredFile(kind, identifier), PartAsked(fields["part"], type: fields["type"])))
    case .file(let kind, let identifier, _):
      .configure(.file(ConfiguredFile(kind, identifier)))
    }
  }

  /// The part of the navigation that it belongs to.
  var section: Frame.Section? {
    switch self {
    case .root, .asset: nil
    case .status: .status
    case .info: .info
    case .changes: .changes
    case .users: .users
    case .webhooks, .webhook, .explain, .new(.webhook), .file(.webhook, _, _): .webhooks
    case .incomings, .incoming, .new(.incoming), .file(.incoming, _, _): .incoming
    case .deliveries, .delivery, .deliveryRequest, .deliveryBody, .again, .deliveryAgain:
      .deliveries
    case .spools, .tasks, .task, .taskRequest, .taskBody, .changeTasks, .changeTask: .tasks
    }
  }

  /// The id of the only task that is meant.
  var taskID: String? {
    switch self {
    case .task(_, let id), .taskRequest(_, let id), .taskBody(_, let id), .changeTask(_, _, let id):
      id
    default: nil
    }
  }
}

extension WebhookFilter {
  init(_ fields: Fields) {
    self.init()
    name = fields["name"]
    state = fields["state"]
    incoming = fields["incoming"]
    order = Order(rawValue: fields["sort"]) ?? .name
    page = fields.number("page") ?? 1
  }
}

extension DeliveryFilter {
  init(_ fields: Fields) {
    self.init()
    webhook = fields["webhook"]
    verdict = fields["verdict"]
    since = fields["since"]
    until = fields["until"]
    id = fields["id"]
    text = fields["text"]
    before = fields.number("before")
    after = fields.number("after")
  }

  /// Whether at most the webhook is chosen: bringing all of that back would hardly be meant.
  var isWide: Bool {
    verdict.isEmpty && since.isEmpty && until.isEmpty && id.isEmpty && text.isEmpty
  }

  /// Whether nothing but the place in the list is asked for.
  var isEmpty: Bool {
    webhook.isEmpty && verdict.isEmpty && since.isEmpty && until.isEmpty && id.isEmpty
      && text.isEmpty
  }

  var query: [(name: String, value: String)] {
    [
      ("webhook", webhook), ("verdict", verdict), ("since", since), ("until", until), ("id", id),
      ("text", text),
    ]
  }
}

extension TaskListFilter {
  init(_ fields: Fields, of incoming: String) {
    self.init()
    self.incoming = incoming
    state = fields["state"]
    webhook = fields["webhook"]
    senderID = fields["sender-id"]
    olderThan = fields["older-than"]
    newerThan = fields["newer-than"]
    reason = fields["reason"]
    page = fields.number("page") ?? 1
  }

  /// The query of this filter without the place in the list.
  var query: [(name: String, value: String)] { [("state", state)] + conditions }

  /// The conditions beside the state.
  var conditions: [(name: String, value: String)] {
    [
      ("webhook", webhook), ("sender-id", senderID), ("older-than", olderThan),
      ("newer-than", newerThan), ("reason", reason),
    ]
  }
}
