import Bytes
import FoundationEssentials
import Spooling
import Verification

/// `type: http`: sends each record to a server.
struct HTTPPostProcessor: PostProcessorKind, ServerRequests {
  static let type = "http"
  static let documentation = """
    Sends the record to a server: as a CloudEvent (`application/cloudevents+json`), or what the jq \
    program `body` makes of it. With `secrets` the request is signed by Standard Webhooks \
    (`webhook-id`, `webhook-timestamp`, `webhook-signature`). Each secret makes a signature, so \
    that secrets can be rotated. The id is the record's, and the same in all attempts. The \
    delivery's trace is in `traceparent` and `tracestate`. After a 2xx \
    the record is done. After 408, 429 and 5xx it is tried again, and not before `Retry-After` (at \
    most a day). After any other status it is given up at once. That includes redirects, which are \
    never followed. TLS is verified. Connections are made to public addresses only, and to those \
    in `allow_private`: the name is resolved, and the connection goes to the address that was \
    checked.
    """
  static let example = """
    type: http
    url: https://monitoring.example.org/hooks/erp
    secrets: [{secret: monitoring}]
    """

  private enum Keys {
    static let filter = Option(
      optional: "filter", .jqProgram,
      "The records that are sent: a jq program over the record. A record is sent if the first "
        + "output is neither false nor null, and is done otherwise.")
    static let body = Option(
      optional: "body", .jqProgram,
      "What is sent instead of the record: the first output of a jq program over it. A text is "
        + "sent as it is, anything else as JSON.")
    static let contentType = Option(
      optional: "content_type", .headerValue,
      "The content type; by default `application/cloudevents+json`, with `body` `application/json`."
    )
  }

  static let options: [any DocumentedOption] =
    OutgoingServer.options + [Keys.filter, Keys.body, Keys.contentType]

  let server: OutgoingServer
  private let filter: TaskProgram?
  private let content: TaskProgram?
  private let contentType: String

  init?(reading mapping: Mapping) {
    filter = mapping[Keys.filter].map { TaskProgram($0) }
    content = mapping[Keys.body].map { TaskProgram($0) }
    let usual = content == nil ? "application/cloudevents+json" : "application/json"
    contentType = mapping[Keys.contentType] ?? usual
    guard let server = OutgoingServer(reading: mapping) else { return nil }
    self.server = server
  }

  var words: String { "Sends the record to \(server.words)." }

  func work<Tools: RecordTools>(with tools: Tools) -> Tools.Made { tools.sending(self) }

  func wants(_ claim: Claim) throws(UnmadeRequest) -> Bool {
    guard let filter else { return true }
    return try wants(try claim.document(), filter)
  }

  private func wants(_ record: [UInt8], _ filter: TaskProgram) throws(UnmadeRequest) -> Bool {
    do { return try filter.isTrue(over: record) } catch {
      throw UnmadeRequest("filter: \(error.reason)")
    }
  }

  func request(for claim: Claim, at now: Date) throws(UnmadeRequest) -> RecordRequest {
    try request(
      of: try claim.document(), id: claim.place.id, in: claim.trace, at: now)
  }

  func request(
    of record: [UInt8], id: String, in trace: TraceContext?, at now: Date
  ) throws(UnmadeRequest) -> RecordRequest {
    let body: [UInt8]
    do throws(TaskProgram.Failure) {
      body = try content?.output(over: record) ?? record
    } catch {
      throw UnmadeRequest("body: \(error.reason)")
    }
    return try server.request(
      body, type: contentType, headers: trace?.headers ?? [], id: id, at: now)
  }
}
