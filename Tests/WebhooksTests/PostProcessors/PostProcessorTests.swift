import Foundation
import Testing

@testable import Webhooks

/// The requirements on every kind of post-processor, and the documentation of their keys.
@Suite struct PostProcessorTests {
  private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

  private func files(_ entries: [String]) throws -> ConfigurationFiles {
    let list = entries.map { entry in
      let lines = entry.split(separator: "\n").map { "    \($0)" }
      return "  -\n" + lines.joined(separator: "\n") + "\n"
    }
    return try ConfigurationFiles([
      "incoming/stock.yaml": "", "outgoing-secrets/monitoring": Self.secret,
      "webhooks/a.yaml": rightWebhook + "post_processors:\n" + list.joined(),
    ])
  }

  private func load(_ files: ConfigurationFiles, _ reads: Set<SecretUse> = [.target]) -> Loading {
    Snapshot.load(
      directory: files.path, credentials: .none, now: ConfigurationFiles.now,
      readsSecrets: reads.contains(.sender), readsOutgoing: reads.contains(.target))
  }

  private func errors(_ entries: String...) throws -> [String] {
    load(try files(entries)).problems.filter { $0.severity == .error }.map(\.description)
  }

  private func read(_ entries: String...) throws -> [PostProcessor] {
    let loading = load(try files(entries))
    #expect(loading.problems.map(\.description) == [])
    guard case .ready(let webhook) = loading.snapshot?.entry(for: "a".utf8) else { return [] }
    return webhook.postProcessors
  }

  @Test func `each kind is documented, and its example is read`() throws {
    #expect(Set(PostProcessors.kinds.map { $0.type }).count == PostProcessors.kinds.count)
    for kind in PostProcessors.kinds {
      #expect(kind.documentation.hasSuffix("."), "\(kind.type)")
      #expect(kind.example.hasPrefix("type: \(kind.type)\n"))
      let options = PostProcessors.options(of: kind)
      #expect(Set(options.map(\.key)).count == options.count)
      for option in options { #expect(option.documentation.hasSuffix("."), "\(option.key)") }
      #expect(try read(kind.example).map(\.name) == [kind.type])
    }
  }

  @Test func `unknown keys, wrong types and missing keys are told`() throws {
    for kind in PostProcessors.kinds {
      let unknown = try errors(kind.example + "\nunheard_of: 1")
      #expect(unknown.count == 1)
      #expect(unknown.first?.contains("post_processors[0].unheard_of: unknown key") == true)
      for option in PostProcessors.options(of: kind) {
        let others = PreProcessorExample.entries(kind.example).filter { $0.key != option.key }
        let text = others.map(\.text).joined(separator: "\n")
        let wrong = try errors(text + "\n\(option.key): {x: [{y: z}]}")
        #expect(wrong.contains { $0.contains("[0].\(option.key)") }, "\(kind.type) \(option.key)")
        guard option.isRequired else { continue }
        let missing = try errors(text)
        #expect(missing.first?.contains("[0].\(option.key): missing") == true, "\(option.key)")
      }
    }
  }

  @Test func `what contradicts itself is told`() throws {
    let http = "type: http\nurl: https://example.org/"
    let cases = [
      ("type: http\nurl: http://example.org/", "url: expected https://"),
      ("type: http\nurl: ftp://example.org/", "url: expected an https:// URL"),
      ("type: http\nurl: https://u:p@example.org/", "url: expected an https:// URL"),
      ("type: http\nurl: https://example.org/#a", "url: expected an https:// URL"),
      (http + "\nheaders: {Host: a}", "headers: host can't be set here"),
      (http + "\nheaders: {webhook-id: a}", "headers: webhook-id can't be set here"),
      (http + "\nheaders: {X-A: a, x-a: b}", "headers: x-a is given twice"),
      (http + "\nsecrets: [{literal: '***'}]", "whsec_"),
      (http + "\nsecrets: [{secret: none}]", "outgoing-secrets/none does not exist"),
      (http + "\nbody: '.data['", "body: jq"),
      (http + "\nordered: true\nconcurrency: 2", "concurrency: with ordered: true"),
      (http + "\nname: open", "name: expected a name"),
      (http + "\nname: A B", "name: expected a name"),
      (http + "\nallow_private: [10.0.0.1/8]", "bits set after"),
      ("type: exec\ncommand: []", "command: expected a list of texts"),
      ("type: exec\ncommand: ['']", "command: expected the program as the first element"),
      ("type: exec\ncommand: [a]\nenvironment: {A-B: c}", "environment"),
    ]
    for (entry, expected) in cases {
      let lines = try errors(entry)
      #expect(lines.contains { $0.contains(expected) }, "\(entry): \(lines)")
    }
  }

  @Test func `names are given, or made of the type; two are never the same`() throws {
    let exec = "type: exec\ncommand: [/bin/true]"
    #expect(
      try read(exec, exec + "\nname: exec-2", exec, "type: http\nurl: https://a.org/?b=c")
        .map(\.name) == ["exec", "exec-2", "exec-3", "http"])
    #expect(
      try errors(exec + "\nname: a", exec + "\nname: a").first?.contains("the same name") == true)
  }

  @Test func `the secrets of targets are read by who signs, and by nobody else`() throws {
    let entry = "type: http\nurl: https://example.org/\nsecrets: [{secret: none}]"
    let files = try files([entry])
    #expect(load(files, [.sender]).problems.isEmpty)
    #expect(load(files, [.target]).hasErrors)
    var dumped = ""
    dump(try read("type: http\nurl: https://a.org/\nsecrets: [{secret: monitoring}]"), to: &dumped)
    #expect(!dumped.contains("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
  }

  @Test func `what is sent is the record, or what the program makes of it`() throws {
    func content(_ more: String) throws -> String? {
      let read = try read("type: http\nurl: https://a.org/" + more)
      let http = try #require(read.first?.action as? HTTPPostProcessor)
      let record = Array(#"{"webhook":"a","n":[1,2]}"#.utf8)
      do throws(UnmadeRequest) {
        let request = try http.request(of: record, id: "1", in: nil, at: Date())
        return String(decoding: request.body, as: UTF8.self)
      } catch {
        return "! \(error.reason)"
      }
    }
    #expect(try content("") == #"{"webhook":"a","n":[1,2]}"#)
    #expect(try content("\nbody: '\"\\(.webhook): \\(.n | length)\"'") == "a: 2")
    #expect(try content("\nbody: '{text: .webhook, n}'") == #"{"text":"a","n":[1,2]}"#)
    #expect(try content("\nbody: 'error(\"no\")'")?.hasPrefix("! body: ") == true)
    #expect(try content("\nbody: 'empty'") == "! body: the jq program has no output")
  }
}
