import Bytes
import FoundationEssentials
import Spooling
import Verification

/// `type: http`: sends each task to a server.
struct HTTPRelay: RelayKind, ServerRequests {
  static let type = "http"
  static let documentation = """
    Sends each task to a server in a request of its own. In the mode `binary` (CloudEvents, HTTP \
    binding 1.0) the body is the sender's, byte for byte, with its content type, and the task's \
    attributes are headers: `ce-id`, `ce-source`, `ce-type`, `ce-subject`, `ce-time`, \
    `ce-webhook`, `ce-incoming`, `ce-delivery`, `ce-senderdelivery`, `ce-taskindex`, \
    `ce-taskcount`, `ce-traceparent` and `ce-tracestate`. In the mode `structured` the body is the \
    whole task. In both, the delivery's trace is in the headers `traceparent` and `tracestate`. With `secrets` the \
    request is signed by Standard Webhooks; the id is the task's, and the same in all attempts. \
    After a 2xx the task is done. After 408, 429 and 5xx, and where no answer comes, it is tried \
    again, and not before `Retry-After` (at most a day). After any other status it is given up at \
    once. That includes redirects, which are never followed. When attempts fail in a row, a \
    circuit breaker keeps the others back: their tasks wait, and no attempt is counted. \
    Connections stay open between requests. TLS is verified. Connections are made to public \
    addresses only, and to those in `allow_private`.
    """
  static let example = """
    type: http
    url: https://erp.example.org/stock
    secrets: [{secret: erp}]
    forward_headers: [x-event]
    """
  static let usualConcurrency = 4

  private enum Keys {
    static let mode = Option(
      "mode", .choice, default: TaskMode.binary,
      "`binary` sends the sender's body, with the task's attributes as headers. `structured` sends "
        + "the whole task as `application/cloudevents+json`.")
    static let forwardHeaders = Option(
      "forward_headers",
      .list(of: .headerName, "header names", emptyMeans: "none is sent along")
        .withoutRepetition { $0 }, default: [],
      "The sender's headers that are sent along. A header with control characters is left out.")
  }

  static let options: [any DocumentedOption] =
    OutgoingServer.options + [Keys.mode, Keys.forwardHeaders]

  let server: OutgoingServer
  private let mode: TaskMode
  /// The names in lower case.
  private let forwarded: [String]

  init?(reading mapping: Mapping) {
    mode = mapping[Keys.mode]
    // The trace is sent in any case.
    forwarded = mapping[Keys.forwardHeaders].map { $0.lowercased() }
      .filter { ![TraceContext.Name.parent, TraceContext.Name.state].contains($0) }
    guard let server = OutgoingServer(reading: mapping) else { return nil }
    self.server = server
  }

  var words: String { "Sends each task to \(server.words)." }

  func work<Tools: RelayTools>(with tools: Tools) -> Tools.Made { tools.sending(self) }

  func wants(_ claim: Claim) -> Bool { true }

  func request(for claim: Claim, at now: Date) throws(UnmadeRequest) -> RecordRequest {
    guard let header = claim.header else {
      throw UnmadeRequest("the file isn't a task document", isForGood: true)
    }
    var headers = forwarded.compactMap { name in
      header.requestHeader(name).flatMap { Self.isPrintable($0) ? (name: name, value: $0) : nil }
    }
    headers += header.trace?.headers ?? []
    switch mode {
    case .structured:
      return try server.request(
        try claim.document(), type: "application/cloudevents+json", headers: headers,
        id: claim.place.id, at: now)
    case .binary:
      headers += header.attributes.map { ("ce-\($0.name)", Self.encoded($0.value)) }
      let type = Self.isPrintable(header.contentType) ? header.contentType : ""
      return try server.request(
        try claim.exactBody(), type: type, headers: headers, id: claim.place.id, at: now)
    }
  }

  /// Whether a text can be the value of a header: without control characters, which would end it.
  private static func isPrintable(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
  }

  /// Returns a text as the value of a header (CloudEvents, HTTP binding 1.0, section 3.1.3.2): a
  /// blank, a quote, a percent sign and everything but visible ASCII are percent-encoded.
  static func encoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if (0x21...0x7e).contains(byte), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "%") {
        bytes.append(byte)
      } else {
        let digits = Array("0123456789ABCDEF".utf8)
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
