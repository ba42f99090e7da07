import Spooling
import Verification

/// The routing of one delivery. It applies the filter and the parser of each incoming configuration
/// and collects the tasks. It has no effect.
struct Routing {
  private let incoming: [Incoming]
  private let delivery: TaskDocument.Delivery
  private let body: EncodedBody
  private let bytes: [UInt8]
  private let id: UUIDv7
  private let limits: JQLimits
  /// The task document; nil if no incoming configuration needs it, so that nobody pays for it.
  private let document: DeliveryDocument?
  /// Everything durable that the delivery causes.
  private(set) var commit = Commit()
  /// The result at each incoming configuration, in their order.
  private(set) var steps: [RouteStep] = []

  /// The bytes that a task takes in addition to its item.
  private static let taskBytes = 1024

  /// Routes a delivery.
  ///
  /// - Parameters:
  ///   - delivery: The facts about the delivery that all its tasks hold.
  ///   - incoming: The incoming configurations, in this order.
  ///   - body: The encoded body.
  ///   - bytes: The sender's bytes, from which `body` was made.
  ///   - id: The id from which the ids of the files are derived.
  ///   - limits: The time and memory. Memory is reserved before the body is read, while programs
  ///     run, and after many tasks were made.
  /// - Throws: A temporary rejection if time or memory ran out.
  init(
    of delivery: TaskDocument.Delivery, to incoming: [Incoming], body: EncodedBody, bytes: [UInt8],
    id: UUIDv7, within limits: JQLimits
  ) throws(Rejection) {
    self.incoming = incoming
    self.delivery = delivery
    self.body = body
    self.bytes = bytes
    self.id = id
    var limits = limits
    document =
      incoming.allSatisfy(\.isPlain)
      ? nil
      : DeliveryDocument(
        TaskDocument(
          id: id.at(place: 1), incoming: incoming.first?.identifier.text ?? "",
          delivery: delivery, body: body), limit: limits.growth)
    let memory = document.map { max(16 * bytes.count, $0.memory) } ?? 0
    limits.held = memory
    self.limits = limits
    if memory > 0 { try limits.reserve(memory) }
    for one in incoming {
      steps.append(RouteStep(incoming: one.identifier.text, outcome: try route(to: one)))
      guard commit.entries.count > incoming.count else { continue }
      try limits.reserve(memory + commit.entries.count * Self.taskBytes)
    }
  }

  private mutating func route(to one: Incoming) throws(Rejection) -> RouteStep.Outcome {
    do throws(Unparsed) {
      guard try isWanted(by: one) else { return .unwanted }
      let tasks = try tasks(of: one)
      commit.entries += tasks.map { $0.entry() }
      return .tasks(tasks.count)
    } catch {
      switch error {
      case .late(let reason):
        throw .unavailable(check: "routing", "\(one.identifier): \(reason)")
      case .failed(let reason):
        let whole = TaskDocument(
          .delivery, id: nextID, incoming: one.identifier.text, delivery: delivery, body: body)
        commit.entries.append(whole.entry(.failed(reason: reason)))
        return .failed(reason: reason)
      }
    }
  }

  private func isWanted(by one: Incoming) throws(Unparsed) -> Bool {
    guard let filter = one.filter, let document else { return true }
    return try unparsed(as: "filter") { () throws(JQFailure) in
      try filter.matches(try document.value(for: one, id: nextID), within: limits)
    }
  }

  private func tasks(of one: Incoming) throws(Unparsed) -> [TaskDocument] {
    guard let items = try items(of: one) else { return [try task(of: one, body: body)] }
    // Leaves one place for each incoming configuration that may still fail.
    guard commit.entries.count + items.count + incoming.count < Webhook.firstRecordPlace else {
      throw .failed("the delivery becomes more than \(Webhook.firstRecordPlace - 1) tasks")
    }
    let sha256 = body.sha256
    var tasks: [TaskDocument] = []
    tasks.reserveCapacity(items.count)
    for item in items {
      tasks.append(
        try task(
          of: one, body: EncodedBody(item.body, contentType: Array(item.contentType.utf8)),
          index: tasks.count, count: items.count, deliverySHA256: sha256))
    }
    return tasks
  }

  /// Returns the bodies of the tasks; nil for one task with the whole body.
  private func items(of one: Incoming) throws(Unparsed) -> [ParsedItem]? {
    guard let parser = one.parser, let document else { return nil }
    return try parser.parser.items(
      of: ParserInput(
        body: body, bytes: bytes, most: parser.maxItems, limits: limits,
        document: { body throws(JQFailure) in
          guard let body else { return try document.value(for: one, id: nextID) }
          let task = TaskDocument(
            id: nextID, incoming: one.identifier.text, delivery: delivery, body: body)
          return try DeliveryDocument(task, limit: limits.growth).value()
        }))
  }

  private func task(
    of one: Incoming, body: EncodedBody, index: Int = 0, count: Int = 1,
    deliverySHA256: String? = nil
  ) throws(Unparsed) -> TaskDocument {
    let usual = TaskDocument(
      id: id.at(place: commit.entries.count + 1 + index), incoming: one.identifier.text,
      delivery: delivery, body: body, index: index, count: count, deliverySHA256: deliverySHA256)
    guard one.type != nil || one.subject != nil else { return usual }
    let document = try unparsed(as: "type and subject") { () throws(JQFailure) in
      try DeliveryDocument(usual, limit: limits.growth).value()
    }
    return TaskDocument(
      id: usual.id, incoming: one.identifier.text, delivery: delivery, body: body, index: index,
      count: count, deliverySHA256: deliverySHA256, type: try text("type", one.type, document),
      subject: try text("subject", one.subject, document))
  }

  /// Returns the text that a program makes of a task; nil if it has no output, or null.
  private func text(
    _ name: String, _ program: JQProgram?, _ document: JQValue
  ) throws(Unparsed) -> String? {
    guard let program else { return nil }
    return try unparsed(as: name) { () throws(JQFailure) in
      var text: String?
      try program.run(document, within: limits) { output throws(JQFailure) in
        if output.isNull { return }
        guard let said = output.text, 1...1000 ~= said.count else {
          throw .error("expected a text of 1 to 1000 bytes, found \(output.shortText)")
        }
        text = String(decoding: said, as: UTF8.self)
      }
      if name == "type", let text, text.hasPrefix("levelwind.") {
        throw .error("\(text.quoted): types that begin with levelwind. are reserved")
      }
      return text
    }
  }

  /// The id of the next file.
  private var nextID: UUIDv7 { id.at(place: commit.entries.count + 1) }

  private func unparsed<Result>(
    as what: String, _ body: () throws(JQFailure) -> Result
  ) throws(Unparsed) -> Result {
    do throws(JQFailure) {
      return try body()
    } catch .late(let reason) {
      throw .late(reason)
    } catch {
      throw .failed("\(what): \(error.reason)")
    }
  }
}
