import Administration
import ArgumentParser
import Bytes
import FoundationEssentials
import Serving

extension AgainPlan {
  /// - Throws: exit code 1 if nothing passes.
  func check() throws { if passing == 0 { throw ExitCode(1) } }

  var text: String {
    var lines = [
      "\(passing.counted("delivery", "deliveries")) to bring back"
        + (tasks.isEmpty ? ", without a task" : ":")
    ]
    if passing == 0 { lines = ["nothing to bring back"] }
    lines += tasks.sorted { $0.key < $1.key }.map {
      "  \($0.value.counted("task")) for \($0.key)"
    }
    if unverifiable > 0 {
      lines.append(
        "\(unverifiable) of them were verified by a secret that the history doesn't keep: they are "
          + "taken as verified")
    }
    func add(_ count: Int, _ words: String) {
      if count > 0 { lines.append("\(count.grouped) \(words)") }
    }
    add(before, "left out: brought back before (--repeat takes them, too)")
    add(copies, "left out: a copy was accepted under another id")
    add(handshakes, "left out: handshakes, whose senders no longer wait for the answer")
    add(bodiless, "left out: the body was not kept")
    for refusal in refusals {
      lines.append(
        "\(refusal.count) refused, as \(refusal.example): \(SafeText.text(refusal.reason))")
    }
    add(otherRefusals, "refused for further reasons")
    return lines.joined(separator: "\n") + "\n"
  }

  func json(tasks made: [String]?) -> String {
    struct Report: Encodable {
      let deliveries: Int
      let planned: [String: Int]
      let tasks: [String]?
      let before: Int
      let copies: Int
      let handshakes: Int
      let bodiless: Int
      let refused: [Refusal]
    }
    struct Refusal: Encodable {
      let reason: String
      let count: Int
      let example: String
    }
    let report = Report(
      deliveries: passing, planned: tasks, tasks: made, before: before, copies: copies,
      handshakes: handshakes, bodiless: bodiless,
      refused: refusals.map { Refusal(reason: $0.reason, count: $0.count, example: $0.example) })
    return (try? SenderPage.json(report)) ?? "{}"
  }
}
