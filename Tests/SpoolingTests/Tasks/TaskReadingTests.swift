import Foundation
import Testing

@testable import Spooling

/// The values that importers read from task documents.
@Suite struct TaskReadingTests {
  let site: ImporterSpool
  var spool: TaskSpool { site.spool }

  init() throws { site = try ImporterSpool() }

  private func hold(_ file: [UInt8], as name: String = "x.json") throws -> Claim {
    try Data(file).write(to: URL(filePath: "\(spool.path)/new/\(name)"))
    return try #require(try spool.hold(TaskPlace(.new, name)))
  }

  @Test(arguments: TaskDocumentBody.all.map(\.name))
  func `the exact bytes of a body come back`(_ name: String) throws {
    let row = try #require(TaskDocumentBody.all.first { $0.name == name })
    let document = TaskDocumentExample.document(row.bytes, contentType: row.contentType)
    let claim = try hold(document.file)
    #expect(claim.header?.bodyEncoding == row.encoding)
    #expect(try claim.body() == row.bytes)
  }

  @Test func `the header is read, whatever the headers and the body say`() throws {
    let fake = #"","bodyEncoding":"json","body":"#
    let delivery = TaskDocumentExample.delivery(
      senderDelivery: Array(fake.utf8), query: Array(fake.utf8),
      headers: [("bodyencoding", Array(fake.utf8)), ("x", [UInt8](repeating: 65, count: 9000))])
    let document = TaskDocumentExample.document(
      Array("{\(fake.dropFirst(2))1}".utf8), contentType: "application/json", delivery: delivery)
    let header = try #require(try hold(document.file).header)
    #expect(header.webhook == "erp-stock")
    #expect(header.incoming == "stock-updates")
    #expect(header.senderDelivery == fake)
    #expect(header.id == document.id.description)
    #expect(header.type == "levelwind.task")
    #expect(header.bodyBytes == document.body.count)
  }

  @Test func `a document that another hand wrote is read as well`() throws {
    let text = #"{ "data": {"body": "aGk=", "bodyEncoding" : "base64"}, "type": "levelwind.task"}"#
    let claim = try hold(Array(text.utf8))
    #expect(claim.header?.type == "levelwind.task")
    #expect(try claim.body() == Array("hi".utf8))
  }

  @Test(arguments: [
    "", "{", "[]", "{}", "hello", #"{"type":"x"}"#, #"{"type":1,"data":{"body":1}}"#,
  ])
  func `a file that isn't a document has no header and no body`(_ text: String) throws {
    let claim = try hold(Array(text.utf8))
    #expect(claim.header == nil)
    #expect(throws: TaskBodyError.noDocument) { try claim.body() }
  }

  @Test func `a body that was changed is refused`() throws {
    let file = TaskDocumentExample.document(Array("[1,2]".utf8), contentType: "text/json").file
    let changed = Array(
      String(decoding: file, as: UTF8.self).replacing("[1,2]", with: "[1,3]").utf8)
    #expect(throws: TaskBodyError.damaged("its SHA-256 is not bodySha256")) {
      try hold(changed).body()
    }
    let shorter = Array(
      String(decoding: file, as: UTF8.self).replacing("[1,2]", with: "[1]").utf8)
    #expect(throws: TaskBodyError.damaged("it has 3 bytes, and bodyBytes is 5")) {
      try hold(shorter, as: "y.json").body()
    }
  }
}
