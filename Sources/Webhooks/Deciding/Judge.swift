import Bytes
import Spooling
import Verification

/// Decides what becomes of a delivery (design, section 4, steps 2 to 4). The decision has no effect
/// and depends only on the arguments: `explain`, `delivery again` and `webhook test`
/// use it too.
public struct Judge {
  private let arrival: Arrival
  private let limits: JQLimits
  /// The longest decoded body, in bytes.
  private let maxBody: Int
  private let isDoorOpen: Bool

  /// Looks the webhook up, lets its pre-processors check the request, and routes a request that
  /// they pass.
  ///
  /// - Parameters:
  ///   - request: the request with its body.
  ///   - arrival: the id and time of the delivery.
  ///   - snapshot: the configuration to judge by.
  ///   - identifier: the webhook that the request is for, regardless of the request's path. By
  ///     default the webhook that the path leads to.
  ///   - start: the moment when the request came in. Routing ends after three quarters of the
  ///     webhook's deadline, which leaves time for the commit.
  ///   - isDoorOpen: whether a secret that the sender brings along is taken.
  ///   - reserve: reserves the memory that decoding, filters and parsers need, in bytes.
  /// - Returns: the decision. It also carries a rejection.
  public static func decide(
    _ request: Request, _ arrival: Arrival, _ snapshot: Snapshot,
    as identifier: Identifier? = nil, since start: ContinuousClock.Instant = .now,
    isDoorOpen: Bool = false,
    reserve: @escaping @Sendable (Int) throws(Rejection) -> Void = { _ in }
  ) -> Decision {
    var decision = Decision(.accepted(Commit()), webhook: nil)
    do throws(Rejection) {
      let webhook = try snapshot.lookUp(identifier ?? snapshot.identifier(at: request.path))
      decision.webhook = webhook
      try webhook.admit(request)
      let judge = Judge(
        arrival: arrival,
        limits: JQLimits(
          deadline: start + webhook.routingTime, growth: snapshot.settings.maxInflightBytes,
          reserve: reserve), maxBody: snapshot.settings.maxBodyBytes, isDoorOpen: isDoorOpen)
      try judge.check(request, of: webhook, &decision)
    } catch {
      decision.verdict = .rejected(error)
    }
    return decision
  }

  private func check(
    _ request: Request, of webhook: Webhook, _ decision: inout Decision
  ) throws(Rejection) {
    var request = request
    var decoded: DecodedBody?
    if webhook.signsDecodedBody {
      decoded = try DecodedBody(of: request, limit: maxBody, limits.reserve)
      request.decodedBody = decoded?.bytes
    } else {
      // A body that couldn't be decoded later is refused at once. Nothing is decoded before its
      // sender is verified.
      _ = try ContentCoding.coding(of: request)
    }
    switch try webhook.preProcess(request, at: arrival.time, steps: &decision.steps) {
    case .passed(let proof):
      decision.proof = proof
      if decoded == nil { decoded = try DecodedBody(of: request, limit: maxBody, limits.reserve) }
      decision.decoded = decoded
      try route(request, of: webhook, to: webhook.incoming, &decision)
    case .answered(let answer, let remains):
      if remains.learned != nil, !isDoorOpen { throw .needsDoor(of: webhook) }
      decision.verdict = .answered(answer, remains.commit(of: webhook, arrival))
    }
  }

  /// Routes a request to one incoming configuration, without a check. No post-processor is run.
  static func route(
    _ request: Request, _ arrival: Arrival, _ snapshot: Snapshot, _ webhook: Webhook,
    _ proof: Proof, to incoming: Incoming
  ) -> Decision {
    var decision = Decision(.accepted(Commit()), webhook: webhook, proof: proof)
    let limits = JQLimits(
      deadline: .now + webhook.deadline, growth: snapshot.settings.maxInflightBytes)
    let judge = Judge(
      arrival: arrival, limits: limits, maxBody: snapshot.settings.maxBodyBytes, isDoorOpen: false)
    do throws(Rejection) {
      decision.decoded = try DecodedBody(of: request, limit: judge.maxBody, limits.reserve)
      try judge.route(request, of: webhook, to: [incoming], &decision)
      if case .accepted(var commit) = decision.verdict {
        commit.entries.removeAll(where: \.isState)
        decision.verdict = .accepted(commit)
      }
    } catch {
      decision.verdict = .rejected(error)
    }
    return decision
  }

  private func route(
    _ request: Request, of webhook: Webhook, to incoming: [Incoming], _ decision: inout Decision
  ) throws(Rejection) {
    var delivery = Delivery(
      decision.decoded, of: request, arrival: arrival, webhook: webhook, proof: decision.proof)
    let sent = decision.decoded?.sentBytes ?? 0
    try limits.reserve(sent + Self.bytes(writing: delivery.request.body))
    let body = delivery.body
    decision.bodySHA256 = body.sha256
    decision.missingID = try delivery.findID(in: body, within: limits)
    decision.proof = delivery.proof
    let document = delivery.document
    let routing = try Routing(
      of: document, to: incoming, body: body, bytes: delivery.request.body,
      id: arrival.id, within: limits)
    decision.records = PostProcessRecords(of: delivery, document, body)
    decision.verdict = .accepted(decision.records?.completing(routing.commit) ?? routing.commit)
    decision.routes = routing.steps
  }

  /// The bytes that a delivery holds besides its body: parameters, buffers, the head of its tasks.
  static let overhead = 16 << 10

  /// Returns the bytes that a verified delivery needs while it is written: its body as received,
  /// and as JSON text in a task, where a control character takes six bytes.
  private static func bytes(writing body: [UInt8]) -> Int {
    overhead + body.count + JSONText.quotedCount(of: body)
  }
}

extension Rejection {
  fileprivate static func needsDoor(of webhook: Webhook) -> Rejection {
    var rejection = Rejection.unavailable(
      check: "handshake",
      "the request brings a secret along; run levelwind webhook handshake \(webhook.identifier) "
        + "to accept one")
    rejection.needsDoor = true
    return rejection
  }
}

extension Remains {
  /// Returns the commit of the traces: a record of the learned secret, or a record of the URL to
  /// open.
  fileprivate func commit(of webhook: Webhook, _ arrival: Arrival) -> Commit {
    if let learned {
      let secret = LearnedSecret(
        webhook: webhook.identifier.text, sender: sender ?? "", time: arrival.time, value: learned)
      return Commit(secret.entry(arrival.id).map { [$0] } ?? [])
    }
    guard let open else { return Commit() }
    let members = [
      ("type", "levelwind.open"), ("webhook", webhook.identifier.text), ("sender", sender ?? ""),
      ("delivery", "\(arrival.id)"), ("time", arrival.time.rfc3339), ("url", open),
    ]
    var record = Array("{".utf8)
    for (index, member) in members.enumerated() {
      if index > 0 { record.append(UInt8(ascii: ",")) }
      JSONText.appendQuoted(member.0, to: &record)
      record.append(UInt8(ascii: ":"))
      JSONText.appendQuoted(member.1, to: &record)
    }
    return Commit([
      Commit.Entry(
        spool: .records(
          webhook: webhook.identifier.text, postProcessor: PostProcessor.opening), id: arrival.id,
        parts: [record + Array("}\n".utf8)])
    ])
  }
}
