import Foundation
import Verification

/// A row of the table of senders' requests, with the configuration of its webhook.
public struct SenderVector {
  /// The name of the row, which no other row has.
  public let id: String
  /// The name of the sender's preset; `generic-…` for a building block.
  public let provider: String
  /// Whether the request is a handshake, not a delivery.
  public let isHandshake: Bool
  /// Whether a delivery must be accepted.
  public let isAccepted: Bool
  /// The expected answer to a handshake: `status`, `body`, `content_type`, `headers`.
  public let response: [String: Any]
  /// The request as the sender sent it.
  public let request: Request
  /// The moment at which the request is verified.
  public let moment: Date
  private let row: [String: Any]

  /// A fault in the table.
  struct Unreadable: Error { let what: String }

  /// Reads all rows of the table.
  public static func all() throws -> [SenderVector] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "VerificationTests/Vectors/providers.json")
    let json = try JSONSerialization.jsonObject(with: try Data(contentsOf: file))
    guard let rows = json as? [[String: Any]] else { throw Unreadable(what: "\(file.path)") }
    return rows.map(SenderVector.init)
  }

  private init(_ row: [String: Any]) {
    self.row = row
    func text(_ key: String) -> String { row[key] as? String ?? "" }
    id = text("id")
    provider = text("provider")
    isHandshake = text("kind") == "handshake"
    isAccepted = text("expect") == "accept"
    response = row["expect_response"] as? [String: Any] ?? [:]
    moment = Date(timeIntervalSince1970: row["now"] as? Double ?? 1_790_000_000)
    var headers = Headers()
    let fields = row["headers"] as? [String: Any] ?? [:]
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
      for text in value as? [String] ?? [value as? String ?? ""] {
        headers.append(name: name, value: Array(text.utf8))
      }
    }
    // The table leaves these signatures out.
    for (name, value) in Self.signatures[text("id")] ?? [:] {
      headers.append(name: name, value: Array(value.utf8))
    }
    let body = Data(base64Encoded: text("body_base64")).flatMap { $0.isEmpty ? nil : $0 }
    request = Request(
      method: text("method"), path: Array(text("path").utf8), query: Array(text("query").utf8),
      headers: headers, body: Array(body ?? Data(text("body").utf8)), remote: "192.0.2.7")
  }

  private static let signatures = [
    "slack-11": [
      "x-slack-request-timestamp": "1790000000",
      "x-slack-signature": "v0=4fd01e184cf12162c2bdc254b2953082f2893e3950b6b07127b622681d7f2eb6",
    ],
    "zoom-03": [
      "x-zm-request-timestamp": "1790000000",
      "x-zm-signature": "v0=34dcc064a29dbcfce48bb108657f1f12a6038386191a126aaeefda947bb684fa",
    ],
  ]

  /// The URL of the certificate in the messages of AWS SNS.
  public static let certificateURL =
    "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0000000000000000000000.pem"

  /// The settings of the row's pre-processor, by key.
  public var config: [String: Any] { row["config"] as? [String: Any] ?? [:] }

  /// Returns the webhook in YAML, which includes JSON.
  public func webhook() throws -> String {
    let preProcessor = provider.hasPrefix("generic-") ? buildingBlock : try preset()
    let entry = try JSONSerialization.data(
      withJSONObject: preProcessor, options: [.withoutEscapingSlashes])
    var lines = ["incoming: stock"]
    if let url = row["url"] as? String { lines.append("public_url: \(url.prefix { $0 != "?" })") }
    lines.append("methods: [\(isHandshake ? "POST" : request.method)]")
    lines.append("pre_processors: [\(String(decoding: entry, as: UTF8.self))]")
    return lines.joined(separator: "\n") + "\n"
  }

  private var secrets: [[String: Any]]? {
    (row["secrets"] as? [String])?.map { ["literal": $0] }
  }
  private var publicKeys: [[String: Any]]? {
    (row["public_keys"] as? [String])?.map { ["literal": $0] }
  }

  /// Returns the sender's preset, with the row's configuration.
  private func preset() throws -> [String: Any] {
    guard let sender = Sender.named(provider) else { throw Unreadable(what: provider) }
    let inputs = sender.needs.union(sender.takes)
    var entry: [String: Any] = ["type": "sender", "sender": provider]
    if inputs.contains(.secrets) { entry["secrets"] = secrets }
    if inputs.contains(.publicKeys) { entry["public_keys"] = publicKeys }
    switch provider {
    case "aws-sns":
      // The certificate is in the same file for every row: see the test.
      entry["keys"] = [["url": Self.certificateURL, "file": "keys/sns.pem"]]
      entry["topics"] = ["arn:aws:sns:us-west-2:123456789012:MyTopic"]
    case "google-pubsub":
      let keys = config["jwks_pem_by_kid"] as? [String: String] ?? [:]
      entry["public_keys"] = keys.sorted { $0.key < $1.key }
        .map { ["literal": $0.value, "name": $0.key] }
      entry["audiences"] = config["aud"] as? [String] ?? [config["aud"] as? String ?? ""]
      let email = config["email"]
      entry["claims"] = ["email": email as? [String] ?? [email as? String ?? ""]]
    case "mailgun": entry["tolerance"] = (config["tolerance"] as? Int).map { "\($0)s" }
    case "meta-whatsapp":
      let verify = config["verify"] as? [String: String]
      entry["verify_tokens"] = [["literal": verify?["value"] ?? "unused"]]
    case "shopline": entry["application_id"] = "6139d3970c0972001cf52180"
    case "adobe-io-events" where isHandshake:
      let rows = try Self.all().filter { $0.provider == provider }
      entry["public_keys"] = rows.lazy.compactMap(\.publicKeys).first
    case "adyen" where isHandshake: entry["secrets"] = [["literal": "00"]]
    case "slack" where isHandshake:
      entry["secrets"] = [["literal": "another"], ["literal": "slack"]]
    default: break
    }
    // The row of an unsigned handshake has no secret.
    if sender.needs.contains(.secrets), entry["secrets"] == nil {
      entry["secrets"] = [["literal": "unused"]]
    }
    return entry
  }

  /// The pre-processor that the row's neutral notation describes.
  private var buildingBlock: [String: Any] {
    switch config["type"] as? String {
    case "basic": return ["type": "basic_auth", "secrets": secrets ?? []]
    case "query":
      return [
        "type": "query_token", "parameter": config["param"] as? String ?? "",
        "secrets": secrets ?? [],
      ]
    case "static-header":
      return [
        "type": "header", "name": config["header"] as? String ?? "",
        "prefix": config["prefix"] as? String ?? "", "secrets": secrets ?? [],
      ]
    default: break
    }
    let place = config["signature"] as? [String: Any] ?? [:]
    var entry: [String: Any] = ["type": "signature"]
    entry["header"] = place["header"]
    entry["prefix"] = place["prefix"]
    entry["separator"] = place["split"]
    entry["encoding"] = config["encoding"]
    entry["message"] = config["message"]
    if config["type"] as? String == "ed25519" {
      entry["scheme"] = "ed25519"
      entry["encoding"] = "any_hex"
      entry["public_keys"] = publicKeys
    } else {
      entry["algorithm"] = config["hash"]
      let key = config["key"] as? [String: String]
      entry["secret_form"] = key?["encoding"] == "hex" ? "hex" : "text"
      entry["secrets"] = secrets
    }
    return entry
  }
}
