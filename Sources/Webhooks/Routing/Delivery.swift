import Spooling
import Verification

/// A verified delivery on its way to the incoming configurations of its webhook.
struct Delivery {
  let request: Request
  let arrival: Arrival
  let webhook: Webhook
  var proof: Proof
  /// The content coding that its body came with, and has no more.
  let coding: ContentCoding?

  /// - Parameter decoded: its body without a content coding; nil if it came without.
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
    // It may stand in a body that was verified as it was sent, and can be read only now.
    self.proof.senderDelivery = webhook.senderDelivery(of: request, by: proof)
  }

  /// The body as it stands in a task that carries it whole.
  var body: EncodedBody {
    EncodedBody(
      request.body, contentType: request.headers.values(of: "content-type").first ?? [])
  }

  /// What its tasks say of it, without what carries a secret.
  var document: TaskDocument.Delivery {
    TaskDocument.Delivery(
      source: webhook.publicURL ?? "/webhook/\(webhook.identifier)", time: arrival.time,
      webhook: webhook.identifier.text, id: arrival.id,
      senderDelivery: proof.senderDelivery.map { Array($0.utf8) }, method: request.method,
      path: request.path, query: MaskedQuery.mask(proof.maskedParameters, in: request.query),
      remote: request.remote, verified: proof.verified, contentEncoding: coding?.rawValue,
      headers: request.headers.fields.compactMap { field in
        proof.omittedHeaders.contains(field.name) ? nil : (field.name, field.value)
      })
  }
}
