import Foundation
import JSONBytes
import Spooling

/// A delivery that lies whole in `failed/`, because its filter failed or its parser could not read it:
/// it can be routed again once the configuration is mended.
public struct FailedDelivery: Sendable {
  /// What became of it.
  public enum Outcome: Sendable {
    /// Its tasks, to be committed; then the file in `failed/` can go.
    case tasks(Commit)
    /// Today's filter does not want it.
    case unwanted
    /// It still fails, for this reason; it stays where it is.
    case failed(reason: String)
  }

  /// The incoming configuration that it was for.
  public let incoming: String
  private let delivery: TaskDocument.Delivery
  private let body: EncodedBody
  private let bytes: [UInt8]

  /// - Parameter file: the content of a task file.
  /// - Returns: nil if it is not of type `levelwind.delivery`, or not whole.
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
      data: Array(file[(data.lowerBound + 1)..<headers.upperBound]))
    body = EncodedBody(
      bytes, contentType: Array((document.text("data", "contentType") ?? "").utf8))
    guard document.text("data", "bodySha256") == body.sha256 else { return nil }
  }

  /// Routes it through what its incoming configuration says today. Its tasks have ids of their own, and
  /// else what they would have had.
  ///
  /// - Parameters:
  ///   - one: the incoming configuration that it was for.
  ///   - memory: bytes that jq programs may take, `max_inflight`.
  ///   - arrival: of the attempt.
  /// - Throws: a temporary rejection where it was for another, or where there is no time left.
  public func routed(
    to one: Incoming, within memory: Int, _ arrival: Arrival
  ) throws(Rejection) -> Outcome {
    guard incoming == one.identifier.text else {
      throw .unavailable(check: "incoming", "it is for the incoming configuration \(incoming)")
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

/// A task document as it stands in its file.
private struct DocumentText {
  private let file: [UInt8]

  init(_ file: [UInt8]) { self.file = file }

  func range(_ path: String...) -> Range<Int>? { range(path) }

  func text(_ path: String...) -> String? {
    guard let range = range(path), let text = JSONText.text(at: range, in: file) else { return nil }
    return String(decoding: text, as: UTF8.self)
  }

  /// The exact bytes that the sender sent.
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
