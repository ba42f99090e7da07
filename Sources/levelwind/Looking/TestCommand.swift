import ArgumentParser
import Bytes
import FoundationEssentials
import Serving
import Webhooks

/// `levelwind test`: runs the examples of webhooks.
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Runs the examples of webhooks as tests of the configuration; writes nothing.",
    discussion: """
      An example is a captured request, tests/<webhook>/<name>.http, with what is expected of it, \
      <name>.yaml beside it. Each is decided about as the responder would: by pre-processors, \
      filters and parsers. Nothing is sent or stored, and no responder is needed, so that a check \
      of changes in git can run it.

        # tests/shop/order-created.yaml
        verdict: accepted
        incoming: [orders]
        tasks: 1
        assert: .data.body.id == 4711

      The secrets in the folder test-secrets take the place of those with the same names in \
      secrets. levelwind delivery show ID --as-test makes an example of a delivery. Exit 0 if all \
      examples passed, 1 if one failed or can't be run.
      """)

  @Argument(help: "The webhooks; all by default.", completion: .webhooks)
  var webhooks: [String] = []
  @OptionGroup var configuration: ConfigurationOptions
  @Option(
    help: ArgumentHelp(
      "Also write the results into a file, in the form that JUnit gave its name to.",
      valueName: "file"))
  var junit: String?

  func run() throws {
    let now = Date()
    let chosen = try webhooks.map { try Identifier.given($0) }
    let examples = Examples(directory: configuration.directory, now: now)
    guard examples.obstacles.isEmpty else {
      throw ExitCode.because(1, examples.obstacles.map(\.description).joined(separator: "\n"))
    }
    let wanted = examples.all.filter { chosen.isEmpty || chosen.contains($0.webhook) }
    try require(chosen, wanted)
    let results = wanted.map { examples.run($0, now: now) }
    let astray = chosen.isEmpty ? examples.problems : []
    for result in results { show(result) }
    for problem in astray { print(problem) }
    print(summary(of: results))
    if let junit { try write(results, to: junit) }
    if !astray.isEmpty || results.contains(where: { !$0.problems.isEmpty }) { throw ExitCode(1) }
  }

  /// A name without an example is probably a slip: a check of changes must not pass for it.
  private func require(_ chosen: [Identifier], _ wanted: [Example]) throws {
    let named = Set(wanted.map(\.webhook))
    guard let without = chosen.first(where: { !named.contains($0) }) else { return }
    throw ExitCode.because(
      1,
      "webhook \(without) has no examples in \(configuration.directory)/tests/\(without): "
        + "`levelwind delivery show ID --as-test` makes one")
  }

  private func show(_ result: Examples.Result) {
    let word = result.isSkipped ? "skip" : result.problems.isEmpty ? "ok" : "FAIL"
    let why = result.isSkipped ? ": the webhook is disabled" : ""
    print("\(word.padded(to: 4))  \(result.example.path)\(why)")
    for problem in result.problems { print("        \(problem)") }
  }

  private func summary(of results: [Examples.Result]) -> String {
    guard !results.isEmpty else {
      return "no examples in \(configuration.directory)/tests"
    }
    let failed = results.count { !$0.problems.isEmpty }
    let skipped = results.count(where: \.isSkipped)
    var words = ["\(results.count - failed - skipped) passed"]
    if failed > 0 { words.append("\(failed) failed") }
    if skipped > 0 { words.append("\(skipped) skipped") }
    return "\(results.count.counted("example")): \(words.joined(separator: ", "))"
  }

  private func write(_ results: [Examples.Result], to path: String) throws {
    do {
      try Data(JUnitReport(results).bytes).write(to: URL(filePath: path))
    } catch {
      throw ExitCode.because(1, "\(path) can't be written: \(error)")
    }
  }
}

/// The results as the XML that programs for continuous integration read.
private struct JUnitReport {
  let bytes: [UInt8]

  init(_ results: [Examples.Result]) {
    var text = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n<testsuites>\n"
    for (webhook, results) in Self.byWebhook(results) {
      text += #"<testsuite name="\#(webhook)" tests="\#(results.count)""#
      text += #" failures="\#(results.count { !$0.problems.isEmpty })""#
      text += #" skipped="\#(results.count(where: \.isSkipped))">"# + "\n"
      for result in results { text += Self.testCase(result) }
      text += "</testsuite>\n"
    }
    bytes = Array((text + "</testsuites>\n").utf8)
  }

  private static func byWebhook(
    _ results: [Examples.Result]
  ) -> [(Identifier, [Examples.Result])] {
    Dictionary(grouping: results, by: \.example.webhook).sorted { $0.key < $1.key }
  }

  private static func testCase(_ result: Examples.Result) -> String {
    let name = escaped(result.example.name)
    let start =
      #"<testcase classname="\#(result.example.webhook)" name="\#(name)" time="\#(result.seconds)""#
    if result.isSkipped { return start + "><skipped/></testcase>\n" }
    if result.problems.isEmpty { return start + "/>\n" }
    let words = result.problems.map { escaped($0.description) }.joined(separator: "\n")
    return start + "><failure>\(words)</failure></testcase>\n"
  }

  private static func escaped(_ text: String) -> String {
    HTMLText.escaped(SafeText.text(text, limit: 8192))
  }
}
