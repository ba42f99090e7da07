import Spooling

extension Delivery {
  /// The longest id that is taken, in bytes.
  private static let longestID = 255
  /// Whole numbers up to here are exact in jq, which has doubles: beyond, two ids could become one.
  private static let largestNumber = 9_007_199_254_740_991.0

  /// Takes the sender's id from where `delivery_id` finds it in the task document. It comes before
  /// what a preset knows.
  ///
  /// - Parameter body: as it stands in the document.
  /// - Returns: why there is no id; nil where there is one, or nothing was asked for.
  /// - Throws: a temporary rejection where there was no time or memory left to look: without its id, a
  ///   copy of a delivery would become tasks again.
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
      guard let found else { return "it says nothing" }
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
