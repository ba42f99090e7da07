import Bytes
import Foundation
import Spooling

/// A task document made of a content type, a path with its query, header lines and a body. It is
/// always JSON, and gives back exactly the input.
enum DocumentTarget {
  static func run(_ input: [UInt8]) {
    let message = Message(input)
    let type = message.lines.first ?? []
    let target = message.lines.dropFirst().first ?? []
    let headers = message.lines.dropFirst(2).map(header)
    let arrival = Arrivals().next(at: Date(timeIntervalSince1970: 1_790_000_000))
    let trace = TraceContext(parent: [target], state: [type, message.body]) ?? arrival.trace
    let delivery = TaskDocument.Delivery(
      source: "https://hooks.example.org/webhook/a", time: arrival.time, webhook: "a",
      id: arrival.id, senderDelivery: target, trace: trace, method: "POST", path: target,
      query: type,
      remote: "192.0.2.7", verified: "none", headers: headers)
    let body = EncodedBody(message.body, contentType: type)
    let task = TaskDocument(
      id: arrival.id.at(place: 1), incoming: "stock", delivery: delivery, body: body)
    let file = TaskFile(Array(task.parts.joined()))
    hold(file.body(of: message.body.count) == message.body, "the body is another one")
    hold(file.text("senderdelivery") == text(target), "the sender's delivery id is another one")
    hold(
      TraceContext(
        parent: file.text("traceparent").map { [$0] } ?? [],
        state: file.text("tracestate").map { [$0] } ?? []) == trace, "the trace is another one")
    hold(file.text("data", "path") == text(target), "the path is another one")
    hold(file.text("data", "query") == text(type), "the query is another one")
    hold(file.text("data", "contentType") == text(type), "the content type is another one")
    var joined: [String: [UInt8]] = [:]
    for header in headers {
      let value = text(header.value)
      joined[header.name] = joined[header.name].map { $0 + Array(", ".utf8) + value } ?? value
    }
    for (name, value) in joined {
      hold(file.text("data", "headers", name) == value, "header \(name) is another one")
    }
  }

  /// Returns a line's header. Names are ASCII in lower case, as `Headers` makes them.
  private static func header(_ line: [UInt8]) -> (name: String, value: [UInt8]) {
    let parts = line.split(
      separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(decoding: parts[0].filter { $0 < 0x80 }, as: UTF8.self).lowercased()
    return (name, parts.count > 1 ? Array(parts[1]) : [])
  }

  private static func text(_ bytes: [UInt8]) -> [UInt8] {
    UTF8Text.readingLatin1IfInvalid(bytes)
  }
}
