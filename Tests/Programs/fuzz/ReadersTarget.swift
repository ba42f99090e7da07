import Bytes
import Foundation

@testable import Verification
@testable import Webhooks

/// The small readers of the rules: encodings, lists, forms, times, tokens, addresses and patterns.
/// A value that is read, written and read again is the same. Two readers of the same thing agree.
enum ReadersTarget {
  private static let patterns = ["^(a+)+$", "(?i)stock|[^a-z]{2,5}\\d*", "\\S+@\\S+\\.\\w{2,}"]
    .compactMap { try? Pattern($0) }
  private static let ranges = ["192.0.2.0/24", "2001:db8::/32"].compactMap {
    try? AddressRange($0)
  }

  static func run(_ input: [UInt8]) {
    encodings(input)
    fields(input)
    times(input)
    configuration(input)
    kept(input)
    trace(input)
    _ = try? TokenParts(input)
    _ = try? KeySet(input)
    for range in ranges { _ = range.contains(String(decoding: input, as: UTF8.self)) }
    for pattern in patterns { _ = pattern.matches(input) }
    let path = try? JSONPath(String(decoding: input, as: UTF8.self))
    if let path { hold((try? JSONPath(path.text)) == path, "a path is written as another one") }
    if let identifier = Identifier(bytes: input) {
      hold(identifier.text.utf8.elementsEqual(input), "an identifier is another one")
    }
  }

  /// A file of the configuration, which is YAML.
  private static func configuration(_ input: [UInt8]) {
    guard let root = try? YAMLDocument.parse(input) else { return }
    let guarded = GuardedKeys(in: input)
    hold(guarded.added(to: guarded).isEmpty, "a guarded value differs from itself")
    _ = MaskedConfiguration(input).text
    var nodes = [(root, 0)]
    while let (node, depth) = nodes.popLast() {
      hold(depth <= 32, "nodes are nested deeper than is allowed")
      hold(node.line >= 1 && node.column >= 1, "a node has no place")
      switch node.content {
      case .scalar: break
      case .sequence(let elements): nodes += elements.map { ($0, depth + 1) }
      case .mapping(let pairs):
        hold(Set(pairs.map(\.key)).count == pairs.count, "a key is there twice")
        nodes += pairs.map { ($0.value, depth + 1) }
      }
    }
  }

  /// What the history kept: a request as an HTTP message, facts in JSON, a cursor.
  private static func kept(_ input: [UInt8]) {
    _ = DeliveryFacts(input)
    guard let request = try? CapturedMessage(input).request else { return }
    // As the history keeps it. A message without a path, which no web server passes, can't be read.
    let written = KeptMessage.head(of: request, without: SecretPlaces()) + request.body
    if let again = try? CapturedMessage(written).request {
      hold(again.body == request.body, "a body is another one")
    }
  }

  /// The headers of a trace.
  private static func trace(_ input: [UInt8]) {
    let lines = Message(input).lines
    guard let trace = TraceContext(parent: Array(lines.prefix(1)), state: Array(lines.dropFirst()))
    else { return }
    let state = String(decoding: trace.state, as: UTF8.self)
    hold(
      TraceContext(parent: trace.parent, state: state) == trace, "a trace is read as another one")
    hold(
      trace.state.count <= 512 && trace.state.allSatisfy { 0x20...0x7e ~= $0 },
      "a trace's state is too long, or has other bytes")
    hold(TraceID(trace.trace.description) == trace.trace, "a trace's id is another one")
  }

  private static func encodings(_ input: [UInt8]) {
    hold(Base64.decode(Base64.encode(input)) == input, "base64 loses something")
    hold(Hex.decode(Hex.encode(input)) == input, "hexadecimal loses something")
    if let bytes = Base64.decode(input) {
      hold(Base64.encode(bytes) == input, "two texts in base64 stand for the same")
    }
    for alphabet in [Base64.Alphabet.url, .either] {
      _ = Base64.decode(input, alphabet, padding: .optional, isCanonical: false)
    }
    if let bytes = Hex.decode(input, .lower) { hold(Hex.encode(bytes) == input, "hexadecimal") }
  }

  private static func fields(_ input: [UInt8]) {
    let without = FormFields(FormFields.query(input, without: "token"))
    hold(!without.has("token"), "a parameter is still in the query without it")
    let masked = FormFields(MaskedQuery.mask(["token"], in: input))
    let secrets = masked.filter { $0.isNamed("token") }
    hold(secrets.allSatisfy { $0.value.elementsEqual("***".utf8) }, "a parameter is not masked")
    hold(FormFields(input).has("token") == !secrets.isEmpty, "masking loses a parameter")
    for separator in [",", ";", " "] as [Character] {
      for pair in Pairs(input, separator: separator).pairs {
        hold(!pair.key.contains(UInt8(ascii: "=")), "a key of a list has an = in it")
      }
    }
    let parts = input.split(separator: UInt8(ascii: "&"))
    let names = parts.map { FormFields.decode($0.prefix { $0 != 0x3D }, plus: 0x20) }
    hold(FormFields(input).map(\.name) == names, "a form has other fields")
    let message = Message(input)
    var request = Request(method: "POST", path: [], body: message.body)
    request.headers.append(name: "content-type", value: message.lines.first ?? [])
    _ = try? request.formText("json")
    _ = try? SalesforceOrganization(secrets: []).verify(request, at: .distantPast)
    _ = try? URLAndForm(header: "a", mergesValues: true, triesPorts: true, secrets: [])
      .fields(of: request)
    _ = try? request.headers.value("Content-Type")
  }

  private static func times(_ input: [UInt8]) {
    guard let moment = RFC3339.moment(input) else { return }
    let text = Array(moment.rfc3339.utf8)
    guard let again = RFC3339.moment(text) else { return hold(false, "a time can't be read again") }
    // A time before the year 0 or after 9999 can't be written. An offset can lead to one.
    let isWritable = !input.starts(with: "0000".utf8) && !input.starts(with: "9999".utf8)
    hold(!isWritable || abs(again.timeIntervalSince(moment)) < 1e-4, "a time is another one")
  }
}
