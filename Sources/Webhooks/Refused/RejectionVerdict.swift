import Bytes
import FoundationEssentials
import Spooling
import Verification

/// The reason why a kept delivery was rejected, and the facts about it that its request doesn't
/// hold.
public struct RejectionVerdict: Sendable, Codable {
  /// The client's certificate as the web server passed it.
  struct Certificate: Sendable, Codable {
    let verification: String
    let subject: String
    let issuer: String
    let fingerprint: String
  }

  /// The delivery's id, which its sender was told.
  public let delivery: String
  /// The webhook's identifier.
  public let webhook: String
  /// The time of arrival (RFC 3339).
  public let time: String
  /// The sender's address, as the web server passed it.
  public let remote: String
  /// The status of the HTTP answer.
  public let status: Int
  /// The name of the check that rejected it.
  public let check: String
  /// The reason in words, for the administrator.
  public let reason: String
  /// The web server's own id of the request; nil if there isn't one.
  public let requestId: String?
  /// The generation of the configuration that rejected it.
  public let generation: Int
  /// The length of the body, in bytes.
  public let bodyBytes: Int
  /// The headers that carried a secret and weren't kept.
  public let omittedHeaders: [String]
  /// The query parameters that carried a secret and were masked.
  public let maskedParameters: [String]
  let certificate: Certificate?
}

extension RejectionVerdict {
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

  /// The time of arrival.
  public var moment: Date { RFC3339.moment(Array(time.utf8)) ?? .distantPast }

  /// A list of the headers and parameters that weren't kept; nil if everything was.
  public var missing: String? {
    let all =
      omittedHeaders.map { "header \($0)" } + maskedParameters.map { "query parameter \($0)" }
    return all.isEmpty ? nil : all.joined(separator: ", ")
  }

  static func read(_ bytes: [UInt8]) -> RejectionVerdict? {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try? decoder.decode(RejectionVerdict.self, from: Data(bytes))
  }

  /// The verdict as one JSON object on a line.
  public var json: [UInt8] {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array((try? encoder.encode(self)) ?? Data()) + [10]
  }
}
