import FoundationEssentials
import Verification

/// `type: http`: sends each record to a server.
struct HTTPPostProcessor: PostProcessorKind, RecordRequests {
  static let type = "http"
  static let documentation = """
    Sends the record to a server: as a CloudEvent (`application/cloudevents+json`), or what the jq \
    program `body` makes of it. With `secrets` the request is signed by Standard Webhooks \
    (`webhook-id`, `webhook-timestamp`, `webhook-signature`). Each secret makes a signature, so \
    that secrets can be rotated. The id is the record's, and the same in all attempts. After a 2xx \
    the record is done. After 408, 429 and 5xx it is tried again, and not before `Retry-After` (at \
    most a day). After any other status it is given up at once. That includes redirects, which are \
    never followed. TLS is verified. Connections are made to public addresses only, and to those \
    in `allow_private`: the name is resolved once, and the connection goes to the address that was \
    checked.
    """
  static let example = """
    type: http
    url: https://monitoring.example.org/hooks/erp
    secrets: [{secret: monitoring}]
    """

  private enum Keys {
    static let url = Option(
      required: "url", .target,
      "The URL that it is sent to. `http://` is only allowed with `allow_private`.")
    static let method = Option(
      "method", .oneOf(["POST", "PUT", "PATCH"], type: "HTTP method"), default: "POST",
      "The method.")
    static let headers = Option(
      optional: "headers",
      .pairs("a mapping of header names to values", names: .headerName, values: .headerValue),
      "Further headers, besides those of the content and the signature.")
    static let body = Option(
      optional: "body", .jqProgram,
      "What is sent instead of the record: the first output of a jq program over it. A text is "
        + "sent as it is, anything else as JSON.")
    static let contentType = Option(
      optional: "content_type", .headerValue,
      "The content type; by default `application/cloudevents+json`, with `body` `application/json`."
    )
    static let secrets = Option(
      "secrets", .outgoingSecrets, default: [],
      "The secrets that sign the request: `whsec_` and base64.")
    static let timeout = Option(
      "timeout", .duration(.milliseconds(100)...(.seconds(600))), default: .seconds(30),
      "How long a request may take, from the look-up of the server's name to the end of the "
        + "answer.")
    static let allowPrivate = Option(
      "allow_private",
      .list(of: .addressRange, "address ranges", emptyMeans: "no private address is allowed"),
      default: [],
      "Private addresses and CIDR ranges to which connections are allowed.")
    static let authorities = Option(
      optional: "ca_file", .path,
      "A file in PEM with the certificates to trust, instead of the system's.")
  }

  static let options: [any DocumentedOption] = [
    Keys.url, Keys.method, Keys.headers, Keys.body, Keys.contentType, Keys.secrets, Keys.timeout,
    Keys.allowPrivate, Keys.authorities,
  ]

  private let url: String
  private let method: String
  /// The configured headers and the content type.
  private let headers: [(name: String, value: String)]
  /// The signature of each attempt; nil if nothing is signed.
  private let signature: StandardWebhookSignature?
  let timeout: Duration
  /// The addresses that may be connected to although they aren't public.
  private let allowed: [AddressRange]
  let authorities: String?
  private let content: JQProgram?

  init?(reading mapping: Mapping) {
    let url = mapping[Keys.url]
    method = mapping[Keys.method]
    content = mapping[Keys.body]
    let contentType = mapping[Keys.contentType]
    let usual = content == nil ? "application/cloudevents+json" : "application/json"
    headers =
      (mapping[Keys.headers] ?? []).map { ($0.name, $0.value) }
      + [("Content-Type", contentType ?? usual)]
    let secrets = mapping[Keys.secrets]
    signature = secrets.isEmpty ? nil : StandardWebhookSignature(secrets: secrets)
    timeout = mapping[Keys.timeout]
    allowed = mapping[Keys.allowPrivate]
    authorities = mapping[Keys.authorities]
    guard let url else { return nil }
    self.url = url
    check(secrets, mapping)
  }

  /// The headers that can't be configured, because they belong to the connection, the content or
  /// the signature.
  private static let refusedHeaders = [
    "connection", "content-length", "content-type", "host", "keep-alive", "te", "trailer",
    "transfer-encoding", "upgrade", "webhook-id", "webhook-signature", "webhook-timestamp",
  ]

  private func check(_ secrets: [Secret], _ mapping: Mapping) {
    if url.hasPrefix("http://"), allowed.isEmpty {
      mapping.report(at: Keys.url, "expected https://; http:// is for servers in allow_private")
    }
    var names: Set<String> = []
    for header in headers.dropLast().map({ $0.name.lowercased() }) {
      if Self.refusedHeaders.contains(header) {
        mapping.report(at: Keys.headers, "\(header) can't be set here")
      } else if !names.insert(header).inserted {
        mapping.report(at: Keys.headers, "\(header) is given twice")
      }
    }
    guard let signature, !mapping.found.reading.hasUnknownSecrets else { return }
    for one in signature.misconfigurations {
      mapping.report(
        at: Keys.secrets,
        one.reason + "; `echo whsec_$(openssl rand -base64 32)` makes one")
    }
  }

  var words: String {
    let place = url.prefix { $0 != "?" }
    return "Sends the record to \(place)\(signature == nil ? "" : ", signed")."
  }

  func work<Tools: RecordTools>(with tools: Tools) -> Tools.Made { tools.sending(self) }

  func allows(_ address: String) -> Bool { allowed.contains { $0.contains(address) ?? false } }

  func request(
    of record: [UInt8], id: String, at now: Date
  ) throws(UnmadeRequest) -> RecordRequest {
    let body = try body(of: record)
    var headers = headers
    if let signature {
      guard let signed = signature.headers(id: id, body: body, at: now) else {
        throw UnmadeRequest(reason: "none of the secrets can sign: levelwind check says why")
      }
      headers += signed
    }
    return RecordRequest(method: method, url: url, headers: headers, body: body)
  }

  /// Returns the record, or what the configured jq program makes of it.
  private func body(of record: [UInt8]) throws(UnmadeRequest) -> [UInt8] {
    guard let content else { return record }
    let limits = JQLimits(deadline: .now + .seconds(60), growth: 256 << 20)
    var body: [UInt8]?
    do throws(JQFailure) {
      let document: JQValue
      do { document = try JQValue.read([record]) } catch {
        throw .error("jq can't read the record: \(error.reason)")
      }
      try content.run(document, within: limits) { output throws(JQFailure) in
        body = output.text ?? output.json
      }
    } catch {
      throw UnmadeRequest(reason: "body: \(error.reason)")
    }
    guard let body else { throw UnmadeRequest(reason: "body: the jq program has no output") }
    return body
  }
}
