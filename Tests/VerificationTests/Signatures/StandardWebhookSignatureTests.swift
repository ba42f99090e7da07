import Foundation
import Testing

@testable import Verification

@Suite struct StandardWebhookSignatureTests {
  private static let now = Date(timeIntervalSince1970: 1_614_265_330)

  private func secret(_ text: String, notAfter: Date? = nil) -> Secret {
    Secret(Array(text.utf8), name: nil, notAfter: notAfter)
  }

  @Test func `the example of the specification`() throws {
    let signature = StandardWebhookSignature(secrets: [
      secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    ])
    let headers = try #require(
      signature.headers(
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: Array(#"{"test": 2432232314}"#.utf8),
        at: Self.now))
    #expect(headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
    #expect(headers[1].value == "1614265330")
    #expect(headers[2].value == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  }

  @Test func `every secret signs that is not past its last moment`() throws {
    let signature = StandardWebhookSignature(secrets: [
      secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), secret("AAAA"),
      secret("BBBB", notAfter: Self.now - 1),
    ])
    let headers = try #require(signature.headers(id: "1", body: [], at: Self.now))
    #expect(headers[2].value.split(separator: " ").count == 2)
  }

  @Test func `where none can sign there are no headers`() {
    for secrets in [[], [secret("")], [secret("***")], [secret("AAAA", notAfter: .distantPast)]] {
      let signature = StandardWebhookSignature(secrets: secrets)
      #expect(signature.headers(id: "1", body: [], at: Self.now) == nil)
    }
    #expect(!StandardWebhookSignature(secrets: [secret("***")]).misconfigurations.isEmpty)
  }
}
