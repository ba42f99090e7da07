import Spooling

/// The routing of one delivery: each incoming configuration applies its filter and its parser, and
/// gets its tasks. It has no effect.
struct Routing {
  private let incoming: [Incoming]
  private let delivery: TaskDocument.Delivery
  private let body: EncodedBody
  private let id: UUIDv7
  private let limits: JQLimits
  private let document: DeliveryDocument?
  /// Everything durable that the delivery causes.
  private(set) var commit = Commit()
  /// What became of it at each incoming configuration, in their order.
  private(set) var steps: [RouteStep] = []

  /// - Throws: a temporary rejection where there was no time left to find out.
  init(_ delivery: Delivery, within limits: JQLimits) throws(Rejection) {
    incoming = delivery.webhook.incoming
    self.delivery = delivery.document
    body = delivery.body
    id = delivery.arrival.id
    self.limits = limits
    // Without filters and parsers, nobody pays for them.
    document =
      incoming.allSatisfy(\.isPlain)
      ? nil
      : DeliveryDocument(
        TaskDocument(
          id: id.at(place: 1), incoming: incoming.first?.identifier.text ?? "",
          delivery: self.delivery, body: body), limit: limits.growth)
    for one in incoming { try route(to: one) }
  }

  private mutating func route(to one: Incoming) throws(Rejection) {
    let outcome: RouteStep.Outcome
    do throws(JQFailure) {
      if let document, let filter = one.filter {
        let value = try document.value(for: one, id: nextID)
        guard try filter.matches(value, within: limits) else {
          steps.append(RouteStep(incoming: one.identifier.text, outcome: .unwanted))
          return
        }
      }
      commit.entries.append(task(.task, of: one).entry())
      outcome = .tasks(1)
    } catch .late(let reason) {
      throw .unavailable(check: "routing", "\(one.identifier): \(reason)")
    } catch {
      let reason = "filter: \(error.reason)"
      commit.entries.append(task(.delivery, of: one).entry(.failed(reason: reason)))
      outcome = .failed(reason: reason)
    }
    steps.append(RouteStep(incoming: one.identifier.text, outcome: outcome))
  }

  /// The id of the next file.
  private var nextID: UUIDv7 { id.at(place: commit.entries.count + 1) }

  private func task(_ kind: TaskDocument.Kind, of one: Incoming) -> TaskDocument {
    TaskDocument(
      kind, id: nextID, incoming: one.identifier.text, delivery: delivery, body: body)
  }
}
