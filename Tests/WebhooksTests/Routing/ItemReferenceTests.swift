import Bytes
import Foundation
import Spooling
import Testing
import Verification

@testable import Harness
@testable import Webhooks

/// The items that Python finds in the same documents: an independent walk along the same paths.
@Suite struct ItemReferenceTests {
  /// The paths of `items.py`, in its order.
  static let paths = [
    ".data.body",
    ".data.body[]?",
    ".data.body[]?[]?",
    ".data.body | .. | numbers",
    ".data.body | .. | strings",
    ".data.body | arrays | select(length > 0) | .[-1]",
    ".data.body | arrays | .[1:-1][]",
    ".data.body | objects | .a, .b | select(. != null)",
    ".data.body | .. | arrays | .[-2:][]",
    #".data.body | .. | objects | .["é\n"] | select(. != null)"#,
    ".data.body | .. | arrays | .[2:][:1][]",
  ]

  private func documents(
    seed: Int, count: Int, _ more: String...
  ) throws -> [Substring] {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "items.py")
    let python = try Tool.run("python3", [script.path, "\(seed)", "\(count)"] + more)
    try #require(python.status == 0, "\(python.errors)")
    return python.text.split(separator: "\n")
  }

  private func snapshot() throws -> Snapshot {
    var files = ["levelwind.yaml": "deadline: 300s\n"]
    for (number, path) in Self.paths.enumerated() {
      files["incoming/p\(number + 100).yaml"] = "parser:\n  type: json\n  items: '\(path)'\n"
    }
    let names = Self.paths.indices.map { "p\($0 + 100)" }
    files["webhooks/a.yaml"] = """
      incoming: \(names[0])
      additional_incoming: [\(names.dropFirst().joined(separator: ", "))]
      pre_processors: []
      """
    let loading = try ConfigurationFiles(files).load()
    return try #require(loading.hasErrors ? nil : loading.snapshot, "\(loading.problems)")
  }

  @Test func `every item has the very bytes that a walk in Python finds`() throws {
    let snapshot = try snapshot()
    var items = 0
    for line in try documents(seed: 5, count: 800) {
      let words = line.split(separator: " ")
      let body = Self.bytes(words[0].dropFirst())
      let request = Request(
        method: "POST", path: Array("/webhook/a".utf8),
        headers: Headers([(name: "Content-Type", value: "application/json")]), body: body,
        remote: "192.0.2.7")
      let decision = Judge.decide(request, Arrivals().next(at: Date()), snapshot)
      guard case .accepted(let commit) = decision.verdict else {
        Issue.record("\(decision.verdict)")
        return
      }
      let found = Dictionary(grouping: commit.entries, by: \.spool.path)
      for (number, expected) in words.dropFirst().enumerated() {
        let entries = found["p\(number + 100)"] ?? []
        let cut = entries.map { Self.hex(Self.exactBody($0)) }.joined(separator: ",")
        items += entries.count
        if (cut.isEmpty ? "-" : cut) != expected || entries.contains(where: { $0.place != .new }) {
          Issue.record(
            "\(Self.paths[number]) of \(String(decoding: body, as: UTF8.self)): \(decision.routes)")
        }
      }
    }
    #expect(items > 10_000)
  }

  @Test func `what Python calls JSON is known as JSON, nothing else is, and every byte comes back`()
    throws
  {
    var counts = [0, 0]
    for line in try documents(seed: 8259, count: 3000, "damaged") {
      let words = line.split(separator: " ")
      let body = Self.bytes(words[0].dropFirst())
      let document = EncodedBody(body, contentType: Array("application/json".utf8))
      let isJSON = words[1] == "1"
      counts[isJSON ? 1 : 0] += 1
      let text = String(decoding: document.bytes, as: UTF8.self)
      let back: [UInt8]? =
        switch document.encoding {
        case .json: document.bytes
        case .text:
          (try? JSONDecoder().decode(String.self, from: Data(document.bytes))).map {
            Array($0.utf8)
          }
        case .base64: Data(base64Encoded: String(text.dropFirst().dropLast())).map { Array($0) }
        }
      if document.isJSON != isJSON || back != body {
        Issue.record("\(document.encoding), \(isJSON) for Python: \(Self.hex(body))")
      }
    }
    #expect(counts[0] > 1000 && counts[1] > 500, "\(counts)")
  }

  /// Returns the item's bytes. They are quoted as text if not every parser reads them.
  private static func exactBody(_ entry: Commit.Entry) -> [UInt8] {
    let (head, body) = (entry.parts[entry.parts.count - 3], entry.parts[entry.parts.count - 2])
    guard String(decoding: head, as: UTF8.self).contains(#""bodyEncoding":"text""#) else {
      return body
    }
    return JSONText.text(at: body.indices, in: body) ?? []
  }

  private static func bytes(_ hex: Substring) -> [UInt8] {
    var digits = hex.utf8.makeIterator()
    var bytes: [UInt8] = []
    while let high = digits.next(), let low = digits.next() {
      bytes.append(UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16) ?? 0)
    }
    return bytes
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
