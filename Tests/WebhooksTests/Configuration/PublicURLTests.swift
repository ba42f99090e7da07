import Foundation
import Testing
import Verification

@testable import Webhooks

@Suite struct PublicURLTests {
  /// A check that needs the webhook's URL.
  private struct URLCheck: PreProcessor {
    static let type = "url"
    static let documentation = "Needs the URL."
    static let options: [any DocumentedOption] = []
    static let example = "type: url\n"
    var words: String { "" }
    var needsPublicURL: Bool { true }

    init() {}
    init?(reading mapping: Mapping) {}
    func check(_ request: Request, at now: Date) throws(Rejection) -> PreProcessorOutcome {
      .passed(Proof(verified: "url"))
    }
  }

  private func file(publicURL: String?, checks: [any PreProcessor]) throws -> WebhookFile {
    WebhookFile(
      identifier: try #require(Identifier("a")), name: "A", description: "", isDisabled: false,
      methods: ["POST"], incoming: [], logging: LoggingRule(),
      preProcessors: checks.map { ConfiguredPreProcessor(check: $0, isObserved: false) },
      response: .usual, publicURL: publicURL, deliveryIDHeader: nil)
  }

  @Test func `a sender that signs the URL needs one`() throws {
    let without = try file(publicURL: nil, checks: [URLCheck()])
    #expect(without.lacksPublicURL(under: nil))
    #expect(!without.lacksPublicURL(under: "https://hooks.example.org"))
    let with = try file(publicURL: "https://a.example/b", checks: [URLCheck()])
    #expect(!with.lacksPublicURL(under: nil))
    #expect(try !file(publicURL: nil, checks: []).lacksPublicURL(under: nil))
  }

  @Test func `the URL of its own stands before the common one`() throws {
    var settings = Settings.defaults
    settings.baseURL = "https://hooks.example.org"
    let own = try file(publicURL: "https://a.example/b", checks: [])
    #expect(Webhook(own, incoming: [], settings: settings).publicURL == "https://a.example/b")
    let common = Webhook(try file(publicURL: nil, checks: []), incoming: [], settings: settings)
    #expect(common.publicURL == "https://hooks.example.org/webhook/a")
    #expect(
      Webhook(try file(publicURL: nil, checks: []), incoming: [], settings: .defaults).publicURL
        == nil)
  }
}
