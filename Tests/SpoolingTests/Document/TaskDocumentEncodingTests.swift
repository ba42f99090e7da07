import Testing

@testable import Spooling

@Suite struct TaskDocumentEncodingTests {
  @Test func `content types of JSON are told whatever their case and parameters`() {
    let table: [(type: String, isJSON: Bool)] = [
      (type: "application/json", isJSON: true),
      (type: "text/json", isJSON: true),
      (type: "Application/JSON", isJSON: true),
      (type: "application/json; charset=iso-8859-1", isJSON: true),
      (type: "application/json;", isJSON: true),
      (type: " \tapplication/json \t;charset=utf-8", isJSON: true),
      (type: "application/cloudevents+json", isJSON: true),
      (type: "application/vnd.api+JSON;v=1", isJSON: true),
      (type: "image/x+json", isJSON: true),
      (type: "", isJSON: false),
      (type: ";", isJSON: false),
      (type: "/", isJSON: false),
      (type: "json", isJSON: false),
      (type: "+json", isJSON: false),
      (type: "image/json", isJSON: false),
      (type: "application/", isJSON: false),
      (type: "application/ json", isJSON: false),
      (type: "application/json/x", isJSON: false),
      (type: "application/json, application/json", isJSON: false),
      (type: "application/jsonp", isJSON: false),
      (type: "application/x-json", isJSON: false),
      (type: "application/json+xml", isJSON: false),
      (type: "application/x-ndjson", isJSON: false),
      (type: "application/json-seq", isJSON: false),
      (type: "text/plain; x=application/json", isJSON: false),
      (type: "text/plain;+json", isJSON: false),
      (type: "application/x-www-form-urlencoded", isJSON: false),
    ]
    for row in table {
      #expect(BodyEncoding.isJSON(Array(row.type.utf8)) == row.isJSON, "\(row.type)")
    }
    #expect(!BodyEncoding.isJSON([0xFF, 0x2F, 0xFF]))
  }

  @Test func `a body stands verbatim, as text or as base64 by what it is`() {
    for row in TaskDocumentBody.all {
      let body = EncodedBody(row.bytes, contentType: Array(row.contentType.utf8))
      #expect(body.encoding == row.encoding, "\(row.name)")
      #expect(body.count == row.bytes.count)
    }
  }

  @Test func `hashes are those of FIPS 180`() {
    #expect(
      EncodedBody.sha256(of: [])
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      EncodedBody.sha256(of: Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
