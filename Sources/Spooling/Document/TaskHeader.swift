import Bytes
import CLinux

/// The members of a task document before its body, read without the body.
public struct TaskHeader: Sendable {
  /// `levelwind.task`, or `levelwind.delivery` for a delivery that could not be routed.
  public let type: String
  /// The id of the task.
  public let id: String
  /// The webhook's public URL, or its path if the URL isn't known.
  public let source: String
  /// The event's subject, by default the incoming configuration.
  public let subject: String
  /// The identifier of the webhook.
  public let webhook: String
  /// The identifier of the incoming configuration.
  public let incoming: String
  /// The id of the delivery.
  public let delivery: String
  /// The sender's own id of the delivery, if there is one.
  public let senderDelivery: String?
  /// The trace that the delivery belongs to; nil if the document says none that is valid.
  public let trace: TraceContext?
  /// When the delivery came, in RFC 3339.
  public let time: String
  /// The place among the delivery's tasks for this incoming configuration, from 0.
  public let index: Int
  /// The number of these tasks.
  public let count: Int
  /// The body's content type; empty if the document doesn't say.
  public let contentType: String
  /// The bytes of the body as the sender sent it; nil if the document doesn't say.
  public let bodyBytes: Int?
  /// The body's SHA-256 in hexadecimal digits; nil if the document doesn't say.
  public let bodySHA256: String?
  /// The body's encoding; nil if the document names no known encoding.
  public let bodyEncoding: BodyEncoding?
  /// The offset in the file of the JSON value that stands for the body.
  let body: Int
  /// The document, with null in place of the body.
  private let document: [UInt8]

  /// How many bytes of the file are read until the body is found.
  private static let steps = [4 << 10, 256 << 10]

  /// Reads the header of a file; nil if the file isn't a task document.
  init?(_ file: TaskFile) {
    for step in Self.steps {
      guard let bytes = try? file.read(0..<step) else { return nil }
      if let start = Self.bodyStart(in: bytes) {
        self.init(Array(bytes[..<start] + Array("null}}".utf8)), body: start)
        return
      }
      if bytes.count < step { break }
    }
    // The file was written by another program, or isn't a task document.
    guard let bytes = try? file.read(0..<file.size), JSONText.isValid(bytes, maximumDepth: 200)
    else { return nil }
    self.init(bytes, body: nil)
  }

  /// Reads the members of a document. `body` is the offset of the body if it was left out of the
  /// document; nil to look for it.
  private init?(_ document: [UInt8], body: Int?) {
    let members = Members(document)
    guard let type = members.text("type"), let start = body ?? members.start("data", "body")
    else { return nil }
    self.type = type
    self.body = start
    self.document = document
    id = members.text("id") ?? ""
    source = members.text("source") ?? ""
    subject = members.text("subject") ?? ""
    webhook = members.text("webhook") ?? ""
    incoming = members.text("incoming") ?? ""
    delivery = members.text("delivery") ?? ""
    senderDelivery = members.text("senderdelivery")
    trace = members.trace
    time = members.text("time") ?? ""
    index = members.number("taskindex") ?? 0
    count = members.number("taskcount") ?? 1
    contentType = members.text("data", "contentType") ?? ""
    bodyBytes = members.number("data", "bodyBytes")
    bodySHA256 = members.text("data", "bodySha256")
    bodyEncoding = members.text("data", "bodyEncoding").flatMap { BodyEncoding(rawValue: $0) }
  }

  /// Reads the trace out of a document that need not have a body, such as a record.
  static func trace(in document: [UInt8]) -> TraceContext? {
    JSONText.isValid(document, maximumDepth: 200) ? Members(document).trace : nil
  }

  /// Returns a header of the delivery's request; nil if it had none of this name. `name` has to be
  /// in lower case.
  public func requestHeader(_ name: String) -> String? {
    let path = ["data", "headers", name].map { JSONText.Step.key(Array($0.utf8)) }
    return JSONText.range(of: path, in: document)
      .flatMap { JSONText.text(at: $0, in: document) }
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private static let marker = Array(#""bodyEncoding":""#.utf8)
  private static let behind = Array(#"","body":"#.utf8)

  /// Returns where the body's value begins in a document of this program.
  ///
  /// The marker stands nowhere else: within a string its quotes would be escaped, and names of
  /// headers are in lower case.
  private static func bodyStart(in bytes: [UInt8]) -> Int? {
    let found = bytes.withUnsafeBytes { all in
      memmem(all.baseAddress!, all.count, marker, marker.count).map {
        UnsafeRawPointer($0) - all.baseAddress!
      }
    }
    guard let found else { return nil }
    let value = bytes[(found + marker.count)...]
    let rest = value.drop { 0x61...0x7a ~= $0 || 0x30...0x39 ~= $0 }
    return rest.starts(with: behind) ? rest.startIndex + behind.count : nil
  }

  /// The members that a header is made of, found in one walk over the document.
  private struct Members {
    private static let paths: [[String]] = [
      ["type"], ["id"], ["source"], ["subject"], ["webhook"], ["incoming"], ["delivery"],
      ["senderdelivery"], ["time"],
      ["taskindex"], ["taskcount"], [TraceContext.Name.parent], [TraceContext.Name.state],
      ["data", "contentType"], ["data", "bodyBytes"],
      ["data", "bodySha256"], ["data", "bodyEncoding"], ["data", "body"],
    ]
    private static let steps = paths.map { $0.map { JSONText.Step.key(Array($0.utf8)) } }
    private let document: [UInt8]
    private let ranges: [Range<Int>?]

    init(_ document: [UInt8]) {
      self.document = document
      ranges = JSONText.ranges(of: Self.steps, in: document)
    }

    func text(_ path: String...) -> String? {
      range(path).flatMap { JSONText.text(at: $0, in: document) }
        .map { String(decoding: $0, as: UTF8.self) }
    }

    func number(_ path: String...) -> Int? {
      range(path).flatMap { Int(String(decoding: document[$0], as: UTF8.self)) }
        .flatMap { 0...Int.mostBelieved ~= $0 ? $0 : nil }
    }

    var trace: TraceContext? {
      TraceContext(parent: text(TraceContext.Name.parent), state: text(TraceContext.Name.state))
    }

    func start(_ path: String...) -> Int? { range(path)?.lowerBound }

    private func range(_ path: [String]) -> Range<Int>? {
      Self.paths.firstIndex(of: path).flatMap { ranges[$0] }
    }
  }
}
