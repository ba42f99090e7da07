import Bytes
import FoundationEssentials
import Spooling
import Verification

/// A delivery that lies whole in `failed/`, because its filter failed or its parser couldn't read
/// it. It can be routed again once the configuration is mended.
public struct FailedDelivery: Sendable {
  /// The result of routing it again.
  public enum Outcome: Sendable {
    /// Its tasks, which have to be committed. Then the file in `failed/` can be removed.
    case tasks(Commit)
    /// Today's filter doesn't want the delivery.
    case unwanted
    /// The delivery fails again, for this reason, and stays in `failed/`.
    case failed(reason: String)
  }

  /// The identifier of the incoming configuration that it failed at.
  public let incoming: String
  private let delivery: TaskDocument.Delivery
  private let body: EncodedBody
  private let bytes: [UInt8]

  /// Reads the content of a task file; nil if the type isn't `levelwind.delivery`, or the file
  /// isn't whole.
  public init?(_ file: [UInt8]) {
    guard JSONText.isValid(file) else { return nil }
    let document = DocumentText(file)
    guard document.text("type") == TaskDocument.Kind.delivery.rawValue,
      let source = document.text("source"), let time = document.text("time"),
      let webhook = document.text("webhook"), let incoming = document.text("incoming"),
      let id = document.text("delivery").flatMap({ UUIDv7($0) }), let data = document.range("data"),
      let headers = document.range("data", "headers"), let bytes = document.body
    else { return nil }
    self.incoming = incoming
    self.bytes = bytes
    delivery = TaskDocument.Delivery(
      source: source, time: time, webhook: webhook, id: id,
      senderDelivery: document.text("senderdelivery").map { Array($0.utf8) },
      trace: TraceContext(
        parent: document.text(TraceContext.Name.parent),
        state: document.text(TraceContext.Name.state)),
      data: Array(file[(data.lowerBound + 1)..<headers.upperBound]))
    body = EncodedBody(
      bytes, contentType: Array((document.text("data", "contentType") ?? "").utf8))
    guard document.text("data", "bodySha256") == body.sha256 else { return nil }
  }

  /// Routes it to its incoming configuration as configured today. Its tasks get new ids; everything
  /// else in them is as it would have been.
  ///
  /// - Parameters:
  ///   - one: The incoming configuration that it failed at.
  ///   - memory: The bytes that jq programs may take: `max_inflight`.
  ///   - arrival: The id and time of this attempt.
  /// - Returns: The new tasks, or the reason why there aren't any.
  /// - Throws: A temporary rejection if the incoming configuration is another one, or if time runs
  ///   out.
  public func routed(
    to one: Incoming, within memory: Int, _ arrival: Arrival
  ) throws(Rejection) -> Outcome {
    guard incoming == one.identifier.text else {
      throw .unavailable(
        check: "incoming", "the delivery is for the incoming configuration \(incoming)")
    }
    let limits = JQLimits(deadline: .now + .seconds(60), growth: memory)
    let routing = try Routing(
      of: delivery, to: [one], body: body, bytes: bytes, id: arrival.id, within: limits)
    switch routing.steps.first?.outcome {
    case .failed(let reason): return .failed(reason: reason)
    case .tasks where !routing.commit.entries.isEmpty: return .tasks(routing.commit)
    default: return .unwanted
    }
  }
}

/// The text of a task document, read in place.
private struct DocumentText {
  private let file: [UInt8]

  init(_ file: [UInt8]) { self.file = file }

  func range(_ path: String...) -> Range<Int>? { range(path) }

  func text(_ path: String...) -> String? {
    guard let range = range(path), let text = JSONText.text(at: range, in: file) else { return nil }
    return String(decoding: text, as: UTF8.self)
  }

  /// The exact bytes that the sender sent; nil if the document doesn't hold them.
  var body: [UInt8]? {
    guard let range = range("data", "body") else { return nil }
    switch text("data", "bodyEncoding").flatMap(BodyEncoding.init(rawValue:)) {
    case .json: return Array(file[range])
    case .text: return JSONText.text(at: range, in: file)
    case .base64: return Data(base64Encoded: text("data", "body") ?? "").map { Array($0) }
    case nil: return nil
    }
  }

  private func range(_ path: [String]) -> Range<Int>? {
    JSONText.range(of: path.map { .key(Array($0.utf8)) }, in: file)
  }
}
