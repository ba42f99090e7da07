import Foundation
import SenderVectors
import Testing
import Verification

@testable import Webhooks

/// A handshake that leaves a URL to open: SNS's confirmation of a subscription.
@Suite struct OpeningTests {
  private func site(_ vector: SenderVector, _ certificate: String) throws -> ReceivingSite {
    try ReceivingSite([
      "incoming/stock.yaml": "", "webhooks/hook.yaml": try vector.webhook(),
      "keys/sns.pem": certificate,
    ])
  }

  @Test func `the URL is kept durably before the answer, and no task is made`() throws {
    let vectors = try SenderVector.all()
    let certificates = vectors.compactMap { vector in
      (vector.config["certs_by_url"] as? [String: String])?[SenderVector.certificateURL]
    }
    let certificate = try #require(certificates.first)
    let vector = try #require(vectors.first { $0.id == "aws-sns-11" })
    let site = try site(vector, certificate)
    var inbound = FakeInbound("POST", "/webhook/hook")
    inbound.wire = vector.request.body
    inbound.announcedLength = inbound.wire.count
    #expect(try site.answer(to: inbound).status == 200)
    #expect(site.tasks("stock").isEmpty)
    let folder = site.folder.appending(path: "state/postprocess/hook.open/new")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    try #require(names.count == 1)
    let record = try #require(
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: folder.appending(path: names[0]))) as? [String: String])
    #expect(record["type"] == "levelwind.open")
    #expect(record["webhook"] == "hook")
    #expect(record["sender"] == "aws-sns")
    #expect(record["url"]?.hasPrefix("https://sns.us-west-2.amazonaws.com/?Action=Confirm") == true)

    // If the record can't be stored, the answer isn't a 2xx.
    try FileManager.default.removeItem(at: folder)
    try "in the way".write(to: folder, atomically: true, encoding: .utf8)
    site.openSpools()
    #expect(try site.answer(to: inbound).status == 503)
  }
}
