import Foundation
import SenderVectors
import Spooling
import Testing
import Verification

@testable import Webhooks

/// Every row of the table of senders' requests, through a webhook that is configured in YAML.
@Suite struct SenderVectorTests {
  /// Rows with bodies like a handshake's. The table rejects them; they are answered, and make no
  /// task.
  static let answeredAlike: Set = ["woocommerce-03", "exact-online-06"]
  /// Signed pings. The table has them as deliveries; they are answered as handshakes.
  static let pings: Set = ["discord-01", "discord-06", "xero-01", "aws-sns-09"]

  private struct Counts {
    var accepted = 0
    var refused = 0
    var handshakes = 0
  }

  @Test func `every row decides as the table says`() throws {
    let vectors = try SenderVector.all()
    let certificate = vectors.lazy.compactMap {
      ($0.config["certs_by_url"] as? [String: String])?[SenderVector.certificateURL]
    }.first
    #expect(vectors.count >= 306)
    var table: [String: Counts] = [:]
    for vector in vectors {
      let decision = try decide(vector, certificate ?? "")
      let answer = Answer(to: decision, Arrivals().next(at: vector.moment))
      if vector.isHandshake {
        check(answer, decision, vector)
        table[vector.provider, default: Counts()].handshakes += 1
      } else {
        let isRefused = if case .rejected = decision.verdict { true } else { false }
        let isAnswered = if case .answered = decision.verdict { true } else { false }
        let isAlike = Self.answeredAlike.contains(vector.id)
        #expect(isRefused != vector.isAccepted || isAlike, "\(vector.id) \(decision.steps)")
        #expect(!isAnswered || isAlike || Self.pings.contains(vector.id), "\(vector.id)")
        if isRefused || isAlike {
          table[vector.provider, default: Counts()].refused += 1
        } else {
          table[vector.provider, default: Counts()].accepted += 1
          #expect(isAnswered || decision.proof.verified != "none")
        }
      }
    }
    for (sender, counts) in table.sorted(by: { $0.key < $1.key }) {
      print("| \(sender) | \(counts.accepted) | \(counts.refused) | \(counts.handshakes) |")
    }
    #expect(table.count >= 45)
  }

  private func decide(_ vector: SenderVector, _ certificate: String) throws -> Decision {
    let files = try ConfigurationFiles([
      "levelwind.yaml": "base_url: https://hooks.example.org\n", "incoming/stock.yaml": "",
      "webhooks/a.yaml": try vector.webhook(),
    ])
    try files.write(certificate, to: "keys/sns.pem")
    let loading = files.load()
    // A secret that could not verify anything is refused when it is loaded.
    let mayBeRefused = !vector.isHandshake && !vector.isAccepted
    #expect(loading.problems.isEmpty || mayBeRefused, "\(vector.id) \(loading.problems)")
    let arrival = Arrivals().next(at: vector.moment)
    return Judge.decide(
      vector.request, arrival, try #require(loading.snapshot), as: Identifier("a"))
  }

  /// Checks a handshake's answer against the table's.
  private func check(_ answer: Answer, _ decision: Decision, _ vector: SenderVector) {
    // Adyen's answer is that to an ordinary delivery, and the row has no secret to verify one with.
    if vector.provider == "adyen" {
      let sender = decision.webhook?.senderAnswers.accepted
      #expect(sender.map { String(decoding: $0.body, as: UTF8.self) } == "[accepted]")
      return
    }
    let expected = vector.response
    #expect(answer.status == expected["status"] as? Int, "\(vector.id) \(decision.steps)")
    if answer.status == 401 { return }
    #expect(
      String(decoding: answer.body, as: UTF8.self) == expected["body"] as? String, "\(vector.id)")
    if let type = expected["content_type"] as? String {
      #expect(answer.headers.contains(.init("Content-Type", type)), "\(vector.id)")
    }
    for (name, value) in expected["headers"] as? [String: String] ?? [:] {
      #expect(answer.headers.contains(.init(name, value)), "\(vector.id) \(name)")
    }
  }
}
