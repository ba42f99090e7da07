import Bytes
import Foundation
import Testing

@testable import Harness

/// A story that follows the manual's own commands: a secret is rotated under load, and no delivery
/// is lost.
@Suite(.showingLogs) struct RotationStoryTests {
  /// Senders that never stop, all with the same secret.
  private final class Senders: Sendable {
    private struct State {
      var secret: String
      var statuses: [Int: Int] = [:]
      /// The number of answers to requests that began with the present secret.
      var fresh = 0
      /// The number of requests under way, by secret.
      var underWay: [String: Int] = [:]
      var isStopping = false
    }
    private let state: Mutex<State>
    private let group = DispatchGroup()

    init(_ count: Int, secret: String, send: @escaping @Sendable (String) -> Int) {
      state = Mutex(State(secret: secret))
      for _ in 0..<count {
        Thread.detachNewThread { [self, group] in
          group.enter()
          while let secret = begin() { end(secret, send(secret)) }
          group.leave()
        }
      }
    }

    private func begin() -> String? {
      state.withLock { state in
        guard !state.isStopping else { return nil }
        state.underWay[state.secret, default: 0] += 1
        return state.secret
      }
    }

    private func end(_ secret: String, _ status: Int) {
      state.withLock { state in
        state.statuses[status, default: 0] += 1
        state.underWay[secret, default: 0] -= 1
        if secret == state.secret { state.fresh += 1 }
      }
    }

    func change(to secret: String) {
      state.withLock {
        $0.secret = secret
        $0.fresh = 0
      }
    }

    /// Waits for a number of answers to requests with the present secret, and until no request with
    /// another is under way.
    func wait(for count: Int) throws {
      try until("\(count) answers") {
        state.withLock { state in
          state.fresh >= count
            && state.underWay.allSatisfy { $0.key == state.secret || $0.value == 0 }
        }
      }
    }

    func stop() -> [Int: Int] {
      state.withLock { $0.isStopping = true }
      group.wait()
      return state.withLock { $0.statuses }
    }
  }

  private func run(_ line: String, in site: Site) throws -> Tool.Result {
    try Manual.run(line, in: site.folder, configuration: site.configuration)
  }

  private func secret(in output: String) throws -> String {
    let line = try #require(output.split(separator: "\n").first { $0.hasPrefix("  ") }, "\(output)")
    return line.trimmingCharacters(in: .whitespaces)
  }

  @Test func `a secret is rotated without a lost delivery`() throws {
    try Site.open([:]) { site in
      let making = try Manual.commands(between: "maintaining")
      try #require(making.count == 7)
      var output = ""
      for line in making {
        // The user levelwind exists only where the package is installed.
        let user = line.contains("create") ? " --user root" : ""
        let result = try run(line + user, in: site)
        #expect(result.status == 0, "\(line): \(result.text)\(result.errors)")
        output += result.text
      }
      #expect(
        output.contains("erp-stock  active    https://localhost:\(site.port)/webhook/erp-stock"))
      let first = try secret(in: output)
      let port = site.port
      let trust = site.folder("tls/fullchain.pem").path
      let senders = Senders(4, secret: first) { secret in
        let result = try? Tool.run(
          "curl",
          ["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert", trust]
            + ["--max-time", "60", "--header", "X-Webhook-Secret: \(secret)"]
            + ["--header", "Content-Type: application/json", "--data", #"{"entity":"stock"}"#]
            + ["https://localhost:\(port)/webhook/erp-stock"])
        return Int(result?.text ?? "") ?? 0
      }
      try senders.wait(for: 20)
      let rotating = try Manual.commands(between: "rotating")
      try #require(rotating.count == 4)
      let added = try run(rotating[0], in: site)
      #expect(added.status == 0, "\(added.errors)")
      let second = try secret(in: added.text)
      try senders.wait(for: 20)
      senders.change(to: second)
      try senders.wait(for: 20)
      try until("both have matched") {
        let list = try run(rotating[1], in: site)
        return list.text.split(separator: "\n").count { $0.contains(" matched, last ") } == 2
      }
      let refused = try run(rotating[2], in: site)
      #expect(refused.status == 1 && refused.errors.contains("--yes"), "\(refused.errors)")
      let retired = try run(rotating[2] + " --yes", in: site)
      #expect(retired.status == 0, "\(retired.errors)")
      try senders.wait(for: 60)
      let statuses = senders.stop()
      #expect(Set(statuses.keys) == [200], "\(statuses)")
      let late = try site.post(
        "/webhook/erp-stock", [], headers: ["X-Webhook-Secret: \(first)"])
      #expect(late.status == 401)
      try until("the log names the secret that has ended") {
        site.folder.text("log/responder.log").contains("it is right for erp-stock, which ended 2")
      }
      // A secret that matches no longer is removed without a question.
      let removed = try run(rotating[3], in: site)
      #expect(removed.status == 0, "\(removed.errors)")
      #expect(removed.text.contains("erp-stock is removed from the file."))
      #expect(!site.folder.text("etc/webhooks/erp-stock.yaml").contains("not_after"))
      #expect(site.tasks("stock-updates").count == statuses[200])
      print("rotated under load: \(statuses[200] ?? 0) deliveries, each one task")
    }
  }
}
