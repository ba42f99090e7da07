import Foundation
import Spooling
import Testing
import Verification

@testable import Webhooks

/// Every kind of pre-processor and every way of signing, in YAML.
@Suite struct KindTests {
  private func decide(_ one: KindCase, _ change: (inout Request) -> Void = { _ in }) throws
    -> Decision
  {
    let files = try ConfigurationFiles([
      "levelwind.yaml": "base_url: https://hooks.example.org\n", "incoming/stock.yaml": "",
      "webhooks/a.yaml": "incoming: stock\npre_processors:\n  - \(one.entry)\n",
    ])
    let loading = files.load()
    #expect(loading.problems.filter { $0.severity == .error }.map(\.description) == [])
    let fields = one.headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    var request = Request(
      method: "POST", path: Array("/webhook/a".utf8), query: Array(one.query.utf8),
      headers: Headers(fields), body: Array(one.body.utf8), remote: "192.0.2.7")
    change(&request)
    let arrival = Arrivals().next(at: ConfigurationFiles.now)
    return Judge.decide(request, arrival, try #require(loading.snapshot))
  }

  private func isAccepted(_ decision: Decision) -> Bool {
    if case .accepted = decision.verdict { true } else { false }
  }

  @Test(arguments: KindCase.all)
  func `what is right passes, and proves what it says`(_ one: KindCase) throws {
    let decision = try decide(one)
    #expect(isAccepted(decision), "\(decision.steps)")
    #expect(decision.proof.verified == one.verified)
  }

  @Test(arguments: KindCase.all)
  func `without its headers, its query or its body it is refused`(_ one: KindCase) throws {
    if !one.headers.isEmpty {
      #expect(try !isAccepted(decide(one) { $0.headers = Headers() }))
    }
    if !one.query.isEmpty { #expect(try !isAccepted(decide(one) { $0.query = [] })) }
    // These kinds don't look at the body, or only at a part of it.
    if !one.body.isEmpty { #expect(try !isAccepted(decide(one) { $0.body = [] })) }
  }

  @Test(arguments: KindCase.all.filter { $0.entry.contains("signature") })
  func `with its secret changed it is refused`(_ one: KindCase) throws {
    let entry = one.entry.replacing("s3cret", with: "s3creT").replacing(
      "czNjcmV0", with: "czNjcmVU"
    )
    .replacing(
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      with: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    #expect(entry != one.entry)
    let other = KindCase(
      name: one.name, entry: entry, headers: one.headers, query: one.query, body: one.body,
      verified: one.verified)
    #expect(try !isAccepted(decide(other)))
  }

  @Test func `a client's certificate is one of those meant`() throws {
    let one = KindCase(
      name: "certificate",
      entry: "{type: client_certificate, subjects: ['CN=erp,O=Example'], issuers: [CN=ca], "
        + "fingerprints: ['AA:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd']}",
      verified: "client_certificate:CN=erp,O=Example")
    let right = PresentedCertificate(
      verification: "SUCCESS", subject: "CN=erp,O=Example", issuer: "CN=ca",
      fingerprint: "aabbccddeeff00112233445566778899aabbccdd")
    let decision = try decide(one) { $0.clientCertificate = right }
    #expect(decision.proof.verified == one.verified)
    var wrong = [PresentedCertificate?](repeating: right, count: 5)
    wrong[0] = nil
    wrong[1]?.verification = "FAILED:self-signed"
    wrong[2]?.subject = "CN=erp"
    wrong[3]?.issuer = "CN=other"
    wrong[4]?.fingerprint = ""
    for certificate in wrong {
      #expect(try !isAccepted(decide(one) { $0.clientCertificate = certificate }))
    }
  }
}
