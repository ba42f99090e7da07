import Bytes
import Foundation
import Testing

@testable import Harness
@testable import Spooling

@Suite struct TaskDocumentTests {
  private typealias Example = TaskDocumentExample

  @Test func `a document is what the design shows`() {
    let delivery = Example.delivery(
      senderDelivery: Array("72d3162e".utf8),
      headers: [
        (name: "content-type", value: Array("application/json".utf8)),
        (name: "x-event", value: Array("stock".utf8)),
      ])
    let document = Example.document(
      Array(#"{"entity":"stock"}"#.utf8), contentType: "application/json", delivery: delivery)
    let golden =
      #"{"specversion":"1.0","id":"01a209bd-8bac-7000-8000-040000000042","#
      + #""source":"https://hooks.example.org/webhook/erp-stock","type":"levelwind.task","#
      + #""subject":"stock-updates","time":"2026-11-23T18:49:06.732456Z","#
      + #""datacontenttype":"application/json","webhook":"erp-stock","incoming":"stock-updates","#
      + #""delivery":"01a209bd-8bac-7000-8000-000000000042","senderdelivery":"72d3162e","#
      + #""taskindex":0,"taskcount":1,"data":{"method":"POST","path":"/webhook/erp-stock","query":"","#
      + #""remote":"192.0.2.7","verified":"header:X-Webhook-Secret","#
      + #""headers":{"content-type":"application/json","x-event":"stock"},"#
      + #""contentType":"application/json","bodyBytes":18,"#
      + #""bodySha256":"dba345e5f0cbea30c1140c5f9a34a3d8b444d31731d24bc40b685c80d76a09bb","#
      + #""bodyEncoding":"json","body":{"entity":"stock"}}}"# + "\n"
    #expect(String(decoding: document.file, as: UTF8.self) == golden)
  }

  @Test func `the trace stands before the data, and its state only if there is one`() throws {
    let parent = ImporterSite.trace.parent
    for (state, text) in [
      (nil, ""), (#"a="b\c""#, #","tracestate":"a=\"b\\c\"""#),
    ] {
      let document = Example.document(
        [], contentType: "",
        delivery: Example.delivery(trace: TraceContext(parent: parent, state: state)))
      let file = String(decoding: document.file, as: UTF8.self)
      let written = #""taskcount":1,"traceparent":"\#(parent)"\#(text),"data":{"#
      #expect(file.contains(written), "\(file)")
      let members = try document.members()
      #expect(members["traceparent"] as? String == parent)
      #expect(members["tracestate"] as? String == state)
    }
    #expect(try Example.document([], contentType: "").members()["traceparent"] == nil)
  }

  @Test func `a sender's delivery id is left out where there is none`() throws {
    let without = try Example.document([], contentType: "").members()
    #expect(without["senderdelivery"] == nil)
    let with = try Example.document(
      [], contentType: "", delivery: Example.delivery(senderDelivery: Array("a\"b".utf8))
    ).members()
    #expect(with["senderdelivery"] as? String == "a\"b")
  }

  @Test func `an item says its place and the hash of the whole body`() throws {
    let document = TaskDocument(
      id: Example.deliveryID.at(place: 3), incoming: "price-updates", delivery: Example.delivery(),
      body: EncodedBody(Array("2".utf8), contentType: Array("application/json".utf8)), index: 2,
      count: 7, deliverySHA256: EncodedBody.sha256(of: Array("[0,1,2]".utf8)))
    let members = try document.members()
    #expect(members["taskindex"] as? Int == 2)
    #expect(members["taskcount"] as? Int == 7)
    #expect(members["subject"] as? String == "price-updates")
    #expect(members["incoming"] as? String == "price-updates")
    let data = try document.data()
    #expect(data["body"] as? Int == 2)
    #expect(data["bodyBytes"] as? Int == 1)
    #expect(
      data["deliverySha256"] as? String
        == "434026bd98ff2d8a2fb346c89ae9de006d1e2a6862832b6b3cd86e51de36d5c5")
    #expect(document.file.suffix(11) == Array("\"body\":2}}\n".utf8))
    #expect(try Example.document([], contentType: "").data()["deliverySha256"] == nil)
  }

  @Test func `a delivery kept in failed has a type of its own`() throws {
    let document = TaskDocument(
      .delivery, id: Example.deliveryID.at(place: 1), incoming: "stock-updates",
      delivery: Example.delivery(), body: EncodedBody([], contentType: []))
    #expect(try document.members()["type"] as? String == "levelwind.delivery")
    let entry = document.entry(.failed(reason: "no XML"))
    #expect(entry.place == .failed(reason: "no XML"))
  }

  @Test func `repeated headers are joined where the first of them stood`() throws {
    let delivery = Example.delivery(headers: [
      (name: "b", value: Array("1".utf8)), (name: "a", value: Array("2".utf8)),
      (name: "b", value: Array("3, 4".utf8)), (name: "c", value: []), (name: "b", value: []),
    ])
    let file = Example.document([], contentType: "", delivery: delivery).file
    #expect(
      String(decoding: file, as: UTF8.self)
        .contains(#""headers":{"b":"1, 3, 4, ","a":"2","c":""},"contentType""#))
  }

  @Test func `what a sender wrote can't break out of its place`() throws {
    let hostile = Array("\",\"body\":0}}\n\\ \u{0}\u{1f}\u{7f} ä €".utf8)
    let latin: [UInt8] = [0x66, 0xFC, 0x72, 0x22, 0xFF, 0x0A]
    let delivery = Example.delivery(
      senderDelivery: hostile, path: latin, query: hostile,
      headers: [
        (name: "x-\"name", value: hostile), (name: "x-latin", value: latin),
        (name: "x-both", value: latin), (name: "x-both", value: Array("€".utf8)),
      ])
    let document = TaskDocument(
      id: Example.deliveryID.at(place: 1), incoming: "stock-updates", delivery: delivery,
      body: EncodedBody(hostile, contentType: latin))
    let text = String(decoding: hostile, as: UTF8.self)
    #expect(try document.members()["senderdelivery"] as? String == text)
    let data = try document.data()
    #expect(data["path"] as? String == "für\"ÿ\n")
    #expect(data["query"] as? String == text)
    #expect(data["contentType"] as? String == "für\"ÿ\n")
    #expect(
      data["headers"] as? [String: String] == [
        "x-\"name": text, "x-latin": "für\"ÿ\n", "x-both": "für\"ÿ\n, €",
      ])
  }

  @Test func `tasks of one delivery share its body`() {
    let body = [UInt8]("[".utf8) + [UInt8](repeating: 0x20, count: 1 << 16) + [UInt8]("]".utf8)
    let encoded = EncodedBody(body, contentType: Array("application/json".utf8))
    let delivery = Example.delivery()
    let entries = (1...3).map { place in
      TaskDocument(
        id: Example.deliveryID.at(place: place), incoming: "spool-\(place)", delivery: delivery,
        body: encoded
      ).entry()
    }
    let address = { (bytes: [UInt8]) in
      bytes.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
    }
    for (place, entry) in zip(1..., entries) {
      #expect(entry.id == Example.deliveryID.at(place: place))
      #expect(entry.spool == "spool-\(place)")
      #expect(entry.place == .new)
      #expect(entry.parts.map(address).contains(address(body)))
      #expect(entry.size == Array(entry.parts.joined()).count)
    }
  }
}
