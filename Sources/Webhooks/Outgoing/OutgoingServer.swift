import FoundationEssentials
import Verification

/// The server that a post-processor or a relay sends requests to: the keys that both have.
struct OutgoingServer: Sendable {
  enum Keys {
    static let url = Option(
      optional: "url", .target,
      "The URL that it is sent to. `http://` is only allowed with `allow_private`.")
    static let secretURL = Option(
      optional: "url_secret", .outgoingSecret,
      "The URL, where it is a secret: `{secret: NAME}` reads it from the folder "
        + "`outgoing-secrets`.")
    static let method = Option(
      "method", .oneOf(["POST", "PUT", "PATCH"], type: "HTTP method"), default: "POST",
      "The method.")
    static let headers = Option(
      optional: "headers",
      .pairs("a mapping of header names to values", names: .headerName, values: .headerValue),
      "Further headers, besides those of the content and the signature.")
    static let secretHeaders = Option(
      optional: "secret_headers",
      .pairs(
        "a mapping of header names to secrets", names: .headerName, values: .outgoingSecret),
      "Headers whose whole values are secrets: `{Authorization: {secret: erp-token}}` reads one "
        + "from the folder `outgoing-secrets`.")
    static let secrets = Option(
      "secrets", .outgoingSecrets, default: [],
      "The secrets that sign the request by Standard Webhooks: `whsec_` and base64.")
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
    static let done = statuses(
      "done",
      "Statuses after which it is done, besides every 2xx: `[409]` if the server answers "
        + "so to what it has already.")
    static let later = statuses(
      "later", "Statuses after which it is tried again, besides 408, 429 and 5xx.")
    static let never = statuses(
      "never", "Statuses after which it is given up, in place of their usual meaning.")
    static let breaker = Option(
      optional: "breaker", BreakerRule.form,
      "When a server that fails is given a rest. An attempt fails if no answer comes, or one that "
        + "means to try again.")
    static let rate = Option(
      optional: "rate", .integer(1...1_000_000),
      "The most requests that begin in a second. By default there is no bound.")

    private static func statuses(_ key: String, _ documentation: String) -> Option<[Int]> {
      Option(
        key,
        .list(
          of: .status("a status from 200 to 599", in: [200...599]), "statuses",
          emptyMeans: "there are none"
        ).withoutRepetition { "\($0)" }, default: [], documentation)
    }
  }

  static let options: [any DocumentedOption] = [
    Keys.url, Keys.secretURL, Keys.method, Keys.headers, Keys.secretHeaders, Keys.secrets,
    Keys.timeout, Keys.allowPrivate, Keys.authorities, Keys.done, Keys.later, Keys.never,
    Keys.breaker, Keys.rate,
  ]

  private enum Address {
    case open(String)
    /// Empty if this process doesn't read secrets.
    case secret(Secret)

    /// The URL.
    var text: String {
      switch self {
      case .open(let url): url
      case .secret(let secret): secret.text
      }
    }
    /// The URL for people: without its query, or without anything if it is a secret.
    var words: String {
      switch self {
      case .open(let url): String(url.prefix { $0 != "?" })
      case .secret(let secret): "the URL in \(secret)"
      }
    }
  }

  private let address: Address
  private let method: String
  private let headers: [(name: String, value: String)]
  private let secretHeaders: [Pair<Secret>]
  /// The signature of each attempt; nil if nothing is signed.
  private let signature: StandardWebhookSignature?
  let timeout: Duration
  let authorities: String?
  let statuses: StatusMeanings
  let breaker: BreakerRule
  let rate: Int?
  /// The addresses that may be connected to although they aren't public.
  private let allowed: [AddressRange]

  /// Reads the keys; nil if it reported a problem.
  init?(reading mapping: Mapping) {
    let (open, secret) = (mapping[Keys.url], mapping[Keys.secretURL])
    method = mapping[Keys.method]
    headers = (mapping[Keys.headers] ?? []).map { ($0.name, $0.value) }
    secretHeaders = mapping[Keys.secretHeaders] ?? []
    let secrets = mapping[Keys.secrets]
    signature = secrets.isEmpty ? nil : StandardWebhookSignature(secrets: secrets)
    timeout = mapping[Keys.timeout]
    allowed = mapping[Keys.allowPrivate]
    authorities = mapping[Keys.authorities]
    breaker = mapping[Keys.breaker] ?? .usual
    rate = mapping[Keys.rate]
    statuses = Self.statuses(mapping)
    guard mapping.hasOne(of: [Keys.url, Keys.secretURL]) else { return nil }
    guard let address = open.map(Address.open) ?? secret.map(Address.secret) else { return nil }
    self.address = address
    check(secrets, mapping)
  }

  private static func statuses(_ mapping: Mapping) -> StatusMeanings {
    var meanings: [Int: StatusMeanings.Meaning] = [:]
    for (key, meaning) in [
      (Keys.done, StatusMeanings.Meaning.done), (Keys.later, .later), (Keys.never, .never),
    ] {
      for status in mapping[key] where meanings.updateValue(meaning, forKey: status) != nil {
        mapping.report(at: key, "\(status) is in two of done, later and never")
      }
    }
    return StatusMeanings(meanings)
  }

  /// The headers that can't be configured, because they belong to the connection, the content or
  /// the signature.
  private static let refusedHeaders = [
    "connection", "content-length", "content-type", "host", "keep-alive", "te", "trailer",
    "transfer-encoding", "upgrade", "webhook-id", "webhook-signature", "webhook-timestamp",
  ]

  private func check(_ secrets: [Secret], _ mapping: Mapping) {
    let url = address.text
    let isKnown = !mapping.found.reading.hasUnknownSecrets
    if mapping.found(Keys.secretURL) != nil, isKnown, !Form<String>.isTarget(url) {
      mapping.report(at: Keys.secretURL, "the secret isn't an https:// URL without a fragment")
    }
    if url.hasPrefix("http://"), allowed.isEmpty {
      let key: any DocumentedOption = mapping.found(Keys.url) == nil ? Keys.secretURL : Keys.url
      mapping.report(at: key, "expected https://; http:// is for servers in allow_private")
    }
    var names: Set<String> = []
    for (option, given) in [
      (Keys.headers as any DocumentedOption, headers.map(\.name)),
      (Keys.secretHeaders, secretHeaders.map(\.name)),
    ] {
      for name in given.map({ $0.lowercased() }) {
        if Self.refusedHeaders.contains(name) || name.hasPrefix("ce-") {
          mapping.report(at: option, "\(name) can't be set here")
        } else if !names.insert(name).inserted {
          mapping.report(at: option, "\(name) is given twice")
        }
      }
    }
    guard let signature, isKnown else { return }
    for one in signature.misconfigurations {
      mapping.report(
        at: Keys.secrets,
        one.reason + "; `echo whsec_$(openssl rand -base64 32)` makes one")
    }
  }

  /// The server in words, without any secret: `https://example.org/a, signed`.
  var words: String { "\(address.words)\(signature == nil ? "" : ", signed")" }

  /// The URL, which may be a secret.
  var url: String { address.text }

  func allows(_ address: String) -> Bool { allowed.contains { $0.contains(address) ?? false } }

  /// Makes the request that carries a body.
  ///
  /// - Parameters:
  ///   - body: the bytes that are sent.
  ///   - type: their content type; empty for none.
  ///   - more: further headers. Configured ones of the same names replace them.
  ///   - id: the message's id, the same over all attempts.
  ///   - now: the moment of this attempt.
  /// - Returns: the request.
  /// - Throws: the reason why it can't be signed.
  func request(
    _ body: [UInt8], type: String, headers more: [(name: String, value: String)] = [], id: String,
    at now: Date
  ) throws(UnmadeRequest) -> RecordRequest {
    var own = headers
    for header in secretHeaders {
      guard header.value.isUsable(at: now) else {
        throw UnmadeRequest("the value of the header \(header.name) has ended, or can't be read")
      }
      own.append((header.name, header.value.text))
    }
    let names = Set(own.map { $0.name.lowercased() })
    var sent = more.filter { !names.contains($0.name.lowercased()) } + own
    if !type.isEmpty { sent.append(("Content-Type", type)) }
    if let signature {
      guard let signed = signature.headers(id: id, body: body, at: now) else {
        throw UnmadeRequest("none of the secrets can sign: levelwind check says why")
      }
      sent += signed
    }
    return RecordRequest(method: method, url: address.text, headers: sent, body: body)
  }
}

extension Secret {
  /// The secret as text, for the place in a request that it belongs to.
  fileprivate var text: String { String(decoding: toBeSent, as: UTF8.self) }
}
