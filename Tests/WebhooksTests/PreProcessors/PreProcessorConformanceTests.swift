import Foundation
import Testing
import Verification

@testable import Webhooks

/// The requirements on every kind of pre-processor. A new kind is covered through the list.
@Suite struct PreProcessorConformanceTests {
  private static let secret = "correct horse battery staple"

  /// Returns a webhook with one pre-processor, and every secret that examples refer to.
  private func files(_ entry: String) throws -> ConfigurationFiles {
    let lines = entry.split(separator: "\n", omittingEmptySubsequences: false)
    let indented = lines.map { "    \($0)" }.joined(separator: "\n")
    let files = try ConfigurationFiles([
      "levelwind.yaml": "base_url: https://hooks.example.org\n", "incoming/stock.yaml": "",
      "webhooks/a.yaml": "incoming: stock\ndelivery_id_header: X-Id\n"
        + "pre_processors:\n  -\n\(indented)\n",
    ])
    for match in entry.matches(of: /secret: ([A-Za-z0-9-]+)/) {
      try files.write(Self.secret, to: "secrets/\(match.1)")
    }
    return files
  }

  private func preProcessor(_ files: ConfigurationFiles) throws -> any PreProcessor {
    let loading = files.load()
    let errors = loading.problems.filter { $0.severity == .error }
    #expect(errors.map(\.description) == [])
    guard case .ready(let webhook) = loading.snapshot?.entry(for: "a".utf8) else {
      throw SyntaxError(message: "not ready")
    }
    return try #require(webhook.preProcessors.first).check
  }

  /// Returns the errors, without the warnings of an open webhook.
  private func errors(_ entry: String) throws -> [String] {
    try files(entry).load().problems.filter { $0.severity == .error }.map(\.description)
  }

  @Test func `its type is its own`() {
    let types = PreProcessors.kinds.map { $0.type }
    #expect(Set(types).count == types.count)
    #expect(types.allSatisfy { $0.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil })
  }

  @Test func `it is documented, and so is every option, once`() {
    for kind in PreProcessors.kinds {
      #expect(kind.documentation.hasSuffix("."), "\(kind.type)")
      #expect(kind.example.hasPrefix("type: \(kind.type)\n"), "\(kind.type)")
      #expect(Set(kind.options.map(\.key)).count == kind.options.count, "\(kind.type)")
      #expect(!kind.options.contains { $0.key == "type" }, "\(kind.type)")
      for option in kind.options { #expect(option.documentation.hasSuffix("."), "\(option.key)") }
    }
  }

  @Test func `its example is read, and is of its kind`() throws {
    for kind in PreProcessors.kinds {
      let made = try preProcessor(files(kind.example))
      #expect(type(of: made) == kind)
    }
  }

  @Test func `a key that it doesn't know is told`() throws {
    for kind in PreProcessors.kinds {
      let lines = try errors(kind.example + "\nunheard_of: 1")
      let known = (["type"] + PreProcessors.options(of: kind).map(\.key)).joined(separator: ", ")
      #expect(lines.count == 1)
      #expect(lines.first?.contains("pre_processors[0].unheard_of: unknown key") == true)
      #expect(lines.first?.contains(known) == true)
    }
  }

  @Test func `a value of another type is told at every key`() throws {
    for kind in PreProcessors.kinds {
      for option in PreProcessors.options(of: kind) {
        let others = PreProcessorExample.entries(kind.example).filter { $0.key != option.key }
        let text = others.map(\.text).joined(separator: "\n") + "\n\(option.key): {x: [{y: z}]}"
        let lines = try files(text).problems()
        #expect(
          lines.contains { $0.contains("pre_processors[0].\(option.key)") },
          "\(kind.type) \(option.key)")
      }
    }
  }

  @Test func `a required key that is missing is told`() throws {
    for kind in PreProcessors.kinds {
      for option in kind.options where option.isRequired {
        let others = PreProcessorExample.entries(kind.example).filter { $0.key != option.key }
        let lines = try errors(others.map(\.text).joined(separator: "\n"))
        #expect(lines.count == 1)
        #expect(
          lines.first?.contains("pre_processors[0].\(option.key): missing") == true,
          "\(kind.type) \(option.key)")
      }
    }
  }

  @Test func `a secret is in no description`() throws {
    for kind in PreProcessors.kinds {
      let made = try preProcessor(files(kind.example))
      var dumped = ""
      dump(made, to: &dumped)
      for text in [dumped, String(describing: made), String(reflecting: made)] {
        #expect(!text.contains(Self.secret), "\(kind.type)")
        #expect(!text.contains("\(Array(Self.secret.utf8).prefix(4))".dropLast()), "\(kind.type)")
      }
    }
  }

  @Test func `it bears every body and every header, and lets nothing pass that proves nothing`()
    throws
  {
    for kind in PreProcessors.kinds where kind.isProof {
      let made = try preProcessor(files(kind.example))
      let names = made.secretHeaders + ["x-hub-signature-256", "x-webhook-secret"]
      for body in [[], [0xff, 0xfe, 0], Array("{}".utf8)] as [[UInt8]] {
        for value in ["", " ", "\u{0}", "sha256=", String(repeating: "a", count: 70000)] {
          var headers = Headers()
          for name in names { headers.append(name: name, value: Array(value.utf8)) }
          let request = Request(
            method: "POST", path: [], headers: headers, body: body, remote: "198.51.100.1")
          #expect(throws: Rejection.self, "\(kind.type) \(value.count)") {
            try made.check(request, at: ConfigurationFiles.now)
          }
        }
      }
    }
  }
}
