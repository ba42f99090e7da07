import Foundation
import Spooling
import Verification

/// Why a delivery was refused that is kept, and what is to be known of it besides its request.
public struct RefusalVerdict: Sendable, Codable {
  /// The client's certificate as the web server passed it.
  struct Certificate: Sendable, Codable {
    let verification: String
    let subject: String
    let issuer: String
    let fingerprint: String
  }

  /// The delivery's id, as its sender was told it.
  public let delivery: String
  public let webhook: String
  /// RFC 3339, when it arrived.
  public let time: String
  public let remote: String
  public let status: Int
  public let check: String
  public let reason: String
  public let requestId: String?
  /// Of the configuration that it was refused with.
  public let generation: Int
  public let bodyBytes: Int
  /// The headers that carried a secret, and were not kept.
  public let omittedHeaders: [String]
  /// The query parameters that carried one, and were masked.
  public let maskedParameters: [String]
  let certificate: Certificate?
}

extension RefusalVerdict {
  init(_ entry: DeliveryLog.Entry, _ rejection: Rejection, _ webhook: Webhook) {
    let request = entry.request
    let secrets = webhook.secretPlaces
    delivery = entry.arrival.id.description
    self.webhook = webhook.identifier.text
    time = entry.arrival.time.rfc3339
    remote = SafeText.text(request.remote)
    status = entry.status
    check = rejection.check
    reason = SafeText.text(rejection.reason)
    requestId = entry.requestID.map { SafeText.text($0) }
    generation = entry.generation
    bodyBytes = request.body.count
    omittedHeaders = Set(request.headers.fields.map(\.name)).intersection(secrets.headers).sorted()
    maskedParameters =
      secrets.parameters.filter { name in
        MaskedQuery.mask([name], in: request.query) != request.query
      }.sorted()
    certificate = request.clientCertificate.map {
      Certificate(
        verification: $0.verification, subject: $0.subject, issuer: $0.issuer,
        fingerprint: $0.fingerprint)
    }
  }

  /// When it arrived.
  public var moment: Date { RFC3339.moment(Array(time.utf8)) ?? .distantPast }

  /// What was not kept, in words; nil if all was.
  public var missing: String? {
    let all =
      omittedHeaders.map { "header \($0)" } + maskedParameters.map { "query parameter \($0)" }
    return all.isEmpty ? nil : all.joined(separator: ", ")
  }

  static func read(_ bytes: [UInt8]) -> RefusalVerdict? {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try? decoder.decode(RefusalVerdict.self, from: Data(bytes))
  }

  /// One JSON object in a line.
  public var json: [UInt8] {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array((try? encoder.encode(self)) ?? Data()) + [10]
  }
}
