import Bytes
import Foundation
import Testing

@testable import Verification

/// The bounds on reading a body before anything is verified.
@Suite struct ReadingBoundTests {
  private static let form = (
    name: "Content-Type", value: "application/x-www-form-urlencoded"
  )

  private static func reason(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return (error as? Rejection)?.reason
    }
  }

  private static func fields(_ count: Int) -> FormFields {
    FormFields(Array((String(repeating: "a=1&", count: count - 1) + "b=2").utf8))
  }

  @Test func `of a form ten thousand fields are looked at`() throws {
    #expect(try Self.fields(10_000).single("b", "form field").value == Array("2".utf8))
    #expect(Self.fields(10_000).has("b"))
    #expect(
      Self.reason { _ = try Self.fields(10_001).single("b", "form field") }?
        .contains("more than 10000 fields") == true)
    #expect(!Self.fields(10_001).has("b"))
  }

  @Test func `a form that is signed sorted has ten thousand fields at most`() throws {
    let rule = URLAndForm(header: "a", mergesValues: false, triesPorts: false, secrets: [])
    let body = String(repeating: "a=1&", count: 10_000)
    #expect(try rule.fields(of: .post([Self.form], body: body)).count == 20_000)
    #expect(throws: Rejection.self) {
      try rule.fields(of: .post([Self.form], body: body + "b=2"))
    }
  }

  @Test func `a multipart form has ten thousand parts, and their heads an end`() throws {
    let type = (name: "Content-Type", value: "multipart/form-data; boundary=x")
    func request(_ count: Int, head: String = "") -> Request {
      let part = "--x\r\n\(head)Content-Disposition: form-data; name=a\r\n\r\n1\r\n"
      let last = "--x\r\nContent-Disposition: form-data; name=b\r\n\r\n2\r\n--x--"
      return .post([type], body: String(repeating: part, count: count - 1) + last)
    }
    #expect(try request(10_000).formText("b") == Array("2".utf8))
    #expect(throws: Rejection.self) { try request(10_001).formText("b") }
    let head = "X: " + String(repeating: "y", count: 8000) + "\r\n"
    #expect(try request(2, head: head).formText("b") == Array("2".utf8))
    #expect(throws: Rejection.self) { try request(2, head: head + head).formText("b") }
  }

  @Test func `a path leads to ten thousand elements`() throws {
    func items(_ count: Int) -> [UInt8] {
      Array(
        ("{\"a\":[" + Array(repeating: "{\"b\":1}", count: count).joined(separator: ",") + "]}")
          .utf8)
    }
    let path = try JSONPath("a[].b")
    #expect(try path.values(in: CheckedJSON(items(10_000)).root).count == 10_000)
    #expect(throws: Rejection.self) { try path.values(in: CheckedJSON(items(10_001)).root) }
    #expect(try JSONPath("a[10000].b").values(in: CheckedJSON(items(10_001)).root).count == 1)
    #expect(JSONPath.ranges(of: [path], in: items(10_001)) == nil)
  }

  @Test func `a signature of another length is refused before the body is read`() throws {
    var rule = Signature(at: .header("s"))
    rule.message = [.formField("not there")]
    rule.secrets = [Secret("s")]
    let short = Self.reason { _ = try rule.verify(.post([("s", "00")]), at: noon) }
    #expect(short == "nothing in s can be read as a signature")
    let right = String(repeating: "00", count: 32)
    let missing = Self.reason { _ = try rule.verify(.post([("s", right)]), at: noon) }
    #expect(missing == "form field not there is missing")
  }

  @Test func `signatures that each cost a reading of the body are few`() throws {
    var rule = Signature(.ed25519, at: .header("s"))
    rule.separator = ","
    rule.publicKeys = [try SigningKeys.publicKey(.ed25519)]
    let one = String(repeating: "00", count: 64)
    func reason(_ count: Int) -> String? {
      let value = Array(repeating: one, count: count).joined(separator: ",")
      return Self.reason { _ = try rule.verify(.post([("s", value)]), at: noon) }
    }
    #expect(reason(4)?.contains("is not right") == true)
    #expect(reason(5)?.contains("4 are allowed") == true)
  }

  @Test func `a text that is longer than it may be is not decoded`() throws {
    let long = String(repeating: "x", count: 40_000)
    let request = Request.post(body: "{\"a\":\"\(long)\",\"b\":\"\\u0078\"}")
    #expect(throws: Rejection.self) { try JSONPath("a").text(in: request, most: 1000) }
    #expect(try JSONPath("a").text(in: request).count == 40_000)
    #expect(try JSONPath("b").text(in: request, most: 1) == Array("x".utf8))
    #expect(!SignaturePlace.bodyField(.of("a")).isFilled(in: request))
  }

  @Test func `what is made of a body goes with it`() throws {
    var request = Request.post(body: "{\"a\":1}")
    #expect(try request.json().root.member("a") != nil)
    let copy = request
    request.body = Array("{\"b\":1}".utf8)
    #expect(try request.json().root.member("a") == nil)
    #expect(try copy.json().root.member("a") != nil)
  }
}
