import Verification

/// `type: http`: sends each record to a server.
public struct HTTPPostProcessor: PostProcessorKind {
  static let type = "http"
  static let documentation = """
    Sends the record to a server: as a CloudEvent (`application/cloudevents+json`), or what the jq program \
    `body` makes of it. With `secrets` it is signed by Standard Webhooks (`webhook-id`, \
    `webhook-timestamp`, `webhook-signature`), with each of them, so that they can be rotated; the id is \
    the record's, the same over all attempts. 2xx is done; 408, 429 and 5xx are tried again, not before \
    `Retry-After`, of which a day counts at most; any other status is given up at once, also a redirect, for none is followed. TLS is \
    verified. Only public addresses are connected to, but for those in `allow_private`: the name is \
    resolved once, and what is connected to is the address that was looked at.
    """
  static let example = """
    type: http
    url: https://monitoring.example.org/hooks/erp
    secrets: [{secret: monitoring}]
    """

  private enum Keys {
    static let url = Option(
      required: "url", .target,
      "Where it is sent. `http://` only with `allow_private`.")
    static let method = Option(
      "method", .oneOf(["POST", "PUT", "PATCH"], type: "HTTP method"), default: "POST",
      "The method.")
    static let headers = Option(
      optional: "headers",
      .pairs("a mapping of header names to values", names: .headerName, values: .headerValue),
      "Headers beside those of the content and the signature.")
    static let body = Option(
      optional: "body", .jqProgram,
      "What is sent instead of the record: a jq program over it. A text is sent as it is, anything "
        + "else as JSON.")
    static let contentType = Option(
      optional: "content_type", .headerValue,
      "The content type; by default `application/cloudevents+json`, with `body` `application/json`."
    )
    static let secrets = Option(
      "secrets", .outgoingSecrets, default: [],
      "The secrets that it is signed with, `whsec_` and base64.")
    static let timeout = Option(
      "timeout", .duration(.milliseconds(100)...(.seconds(600))), default: .seconds(30),
      "How long an answer may take, from the look-up of the name to its end.")
    static let allowPrivate = Option(
      "allow_private",
      .list(of: .addressRange, "address ranges", emptyMeans: "none is allowed"), default: [],
      "Addresses and CIDR ranges that are connected to although they aren't public.")
    static let authorities = Option(
      optional: "ca_file", .path,
      "A file in PEM with the certificates to trust, instead of the system's.")
  }

  static let options: [any DocumentedOption] = [
    Keys.url, Keys.method, Keys.headers, Keys.body, Keys.contentType, Keys.secrets, Keys.timeout,
    Keys.allowPrivate, Keys.authorities,
  ]

  /// The URL that records are sent to.
  public let url: String
  /// The HTTP method: POST, PUT or PATCH.
  public let method: String
  /// The configured headers and the content type.
  public let headers: [(name: String, value: String)]
  /// The signature of each attempt; nil if nothing is signed.
  public let signature: StandardWebhookSignature?
  /// The longest time for an answer, from the look-up of the name to the answer's end, 100 ms to
  /// 600 s.
  public let timeout: Duration
  /// The addresses that may be connected to although they aren't public.
  public let allowed: [AddressRange]
  /// The path of a PEM file with the certificates to trust; nil for the system's.
  public let authorities: String?
  private let program: JQProgram?

  init?(reading mapping: Mapping) {
    let url = mapping[Keys.url]
    method = mapping[Keys.method]
    program = mapping[Keys.body]
    let contentType = mapping[Keys.contentType]
    let usual = program == nil ? "application/cloudevents+json" : "application/json"
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
        mapping.report(at: Keys.headers, "\(header) is there twice")
      }
    }
    guard let signature, !mapping.found.reading.hasUnknownSecrets else { return }
    for one in signature.misconfigurations {
      mapping.report(
        at: Keys.secrets,
        one.reason + "; `echo whsec_$(openssl rand -base64 32)` makes one")
    }
  }

  var action: PostProcessor.Action { .http(self) }
  var words: String {
    let place = url.prefix { $0 != "?" }
    return "Sends it to \(place)\(signature == nil ? "" : ", signed")."
  }

  /// Returns whether an address may be connected to although it isn't public.
  public func allows(_ address: String) -> Bool {
    allowed.contains { $0.contains(address) ?? false }
  }

  /// Returns the bytes to send for a record.
  ///
  /// - Throws: `UnmadeContent` if the jq program fails, or has no output.
  public func content(of record: [UInt8]) throws(UnmadeContent) -> [UInt8] {
    guard let program else { return record }
    let limits = JQLimits(deadline: .now + .seconds(60), growth: 256 << 20)
    var content: [UInt8]?
    do throws(JQFailure) {
      let document: JQValue
      do { document = try JQValue.read([record]) } catch {
        throw .error("jq can't read the record: \(error.reason)")
      }
      try program.run(document, within: limits) { output throws(JQFailure) in
        content = output.text ?? output.json
      }
    } catch {
      throw UnmadeContent(reason: "body: \(error.reason)")
    }
    guard let content else { throw UnmadeContent(reason: "body: the program gives nothing") }
    return content
  }
}

/// The reason why a record has no content to send.
public struct UnmadeContent: Error, Sendable {
  /// The reason in words.
  public let reason: String

  /// Creates an error with a reason in words.
  public init(reason: String) { self.reason = reason }
}
