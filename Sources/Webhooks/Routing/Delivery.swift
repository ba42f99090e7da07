import Spooling
import Verification

/// A verified delivery that is routed to the incoming configurations of its webhook.
struct Delivery {
  let request: Request
  let arrival: Arrival
  let webhook: Webhook
  var proof: Proof
  /// The content coding that the body had before it was decoded; nil if it had none.
  let coding: ContentCoding?

  /// Creates a delivery. `decoded` is the body without its content coding; nil if it came without
  /// one.
  init(
    _ decoded: DecodedBody?, of request: Request, arrival: Arrival, webhook: Webhook, proof: Proof
  ) {
    var request = request
    if let decoded {
      request.decodedBody = nil
      request.body = decoded.bytes
    }
    self.request = request
    self.arrival = arrival
    self.webhook = webhook
    self.proof = proof
    coding = decoded?.coding
    guard coding != nil, proof.senderDelivery == nil else { return }
    // The id may stand in the body, which was verified in its coding and can be read only now.
    self.proof.senderDelivery = webhook.senderDelivery(of: request, by: proof)
  }

  /// The body as a task holds it whole.
  var body: EncodedBody {
    EncodedBody(
      request.body, contentType: request.headers.values(of: "content-type").first ?? [])
  }

  /// The members that its tasks share, without the headers and parameters that carry a secret.
  var document: TaskDocument.Delivery {
    TaskDocument.Delivery(
      source: webhook.publicURL ?? "/webhook/\(webhook.identifier)", time: arrival.time,
      webhook: webhook.identifier.text, id: arrival.id,
      senderDelivery: proof.senderDelivery.map { Array($0.utf8) }, trace: arrival.trace,
      method: request.method, path: request.path,
      query: MaskedQuery.mask(proof.maskedParameters, in: request.query),
      remote: request.remote, verified: proof.verified, contentEncoding: coding?.rawValue,
      headers: request.headers.fields.compactMap { field in
        proof.omittedHeaders.contains(field.name) ? nil : (field.name, field.value)
      })
  }
}

extension Delivery {
  /// The longest accepted id, in bytes.
  private static let longestID = 255
  /// The largest whole number that is exact in jq, whose numbers are doubles. Beyond it, two ids
  /// could become the same.
  private static let largestNumber = 9_007_199_254_740_991.0

  /// Sets the sender's id to the one that `delivery_id` finds in the task document. It replaces an
  /// id that a preset found.
  ///
  /// - Parameters:
  ///   - body: The body as it stands in the document.
  ///   - limits: The time and memory that the program may take.
  /// - Returns: The reason why there isn't an id; nil if there is one, or no `delivery_id` is
  ///   configured.
  /// - Throws: A temporary rejection if time or memory ran out. Without its id, a copy of a
  ///   delivery would make tasks again.
  mutating func findID(
    in body: EncodedBody, within limits: JQLimits
  ) throws(Rejection) -> String? {
    guard let program = webhook.deliveryID else { return nil }
    let document = DeliveryDocument(
      TaskDocument(id: arrival.id, incoming: "", delivery: self.document, body: body),
      limit: limits.growth)
    var limits = limits
    limits.held = max(16 * request.body.count, document.memory)
    try limits.reserve(limits.held)
    do throws(JQFailure) {
      var found: String?
      try program.run(try document.value(), within: limits) { output throws(JQFailure) in
        found = try Self.id(output)
      }
      guard let found else { return "the jq program has no output" }
      proof.senderDelivery = found
      return nil
    } catch .late(let reason) {
      throw .unavailable(check: "delivery_id", reason)
    } catch {
      return error.reason
    }
  }

  private static func id(_ output: JQValue) throws(JQFailure) -> String? {
    if output.isNull { return nil }
    if let number = output.number, number.rounded() == number, abs(number) <= largestNumber {
      return "\(Int(number))"
    }
    guard let text = output.text, 1...longestID ~= text.count,
      text.allSatisfy({ 0x20...0x7E ~= $0 })
    else {
      throw .error(
        "expected visible ASCII of at most \(longestID) bytes, or a whole number below 2^53, "
          + "found \(output.shortText)")
    }
    return String(decoding: text, as: UTF8.self)
  }
}
