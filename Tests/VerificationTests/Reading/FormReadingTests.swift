import Bytes
import Testing

@testable import Verification

@Suite struct FormReadingTests {
  @Test(arguments: [
    (text: "a=1&b=2", names: ["a", "b"], values: ["1", "2"]),
    (text: "a=b=c&&d", names: ["a", "d"], values: ["b=c", ""]),
    (text: "%61+b=c+d%2Be", names: ["a b"], values: ["c d+e"]),
    (text: "a=%&b=%2&c=%zz", names: ["a", "b", "c"], values: ["%", "%2", "%zz"]),
    (text: "", names: [], values: []), (text: "=x", names: [""], values: ["x"]),
  ])
  func `a form is read`(text: String, names: [String], values: [String]) {
    let fields = Array(FormFields(Array(text.utf8)))
    #expect(fields.map { String(decoding: $0.name, as: UTF8.self) } == names)
    #expect(fields.map { String(decoding: $0.value, as: UTF8.self) } == values)
  }

  @Test(arguments: [
    (query: "a=1&s=2&b=3", rest: "a=1&b=3"), (query: "s=2", rest: ""),
    (query: "a=1&&%73=2", rest: "a=1&"),
    (query: "as=1", rest: "as=1"), (query: "s=1&a=%2f&s=2", rest: "a=%2f"),
  ])
  func `a query without a parameter is otherwise as it was`(query: String, rest: String) {
    #expect(FormFields.query(Array(query.utf8), without: "s") == Array(rest.utf8))
  }

  @Test func `a name within another parameter's quotes names no field`() throws {
    let type = (name: "Content-Type", value: "multipart/form-data; boundary=x")
    let head = "Content-Disposition: form-data; y=\"; name=a\"; name=b"
    let request = Request.post([type], body: "--x\r\n\(head)\r\n\r\n1\r\n--x--")
    #expect(throws: Rejection.self) { try request.formText("a") }
    #expect(try request.formText("b") == [UInt8(ascii: "1")])
  }

  @Test func `pairs are read, and what is none is skipped`() throws {
    let pairs = Pairs(Array("t=1, v1=a=b,junk,=x,v1=c".utf8), separator: ",")
    #expect(pairs.values(of: "v1") == [Array("a=b".utf8), Array("c".utf8)])
    #expect(try pairs.single("t") == Array("1".utf8))
    #expect(throws: Rejection.self) { try pairs.single("v1") }
    #expect(throws: Rejection.self) { try pairs.single("v2") }
  }

  @Test func `blanks around a header's value don't belong to it`() throws {
    let headers = Headers([("A", " \t x y \t"), ("B", "\u{A0}z")])
    #expect(try headers.value("a") == Array("x y".utf8))
    #expect(try headers.value("B") == Array("\u{A0}z".utf8))
  }

  @Test func `a sender's id is visible ASCII, and not too long`() {
    let field = SenderField.first([.header("a"), .header("b")])
    #expect(field.text(in: .post([("b", "id-1")])) == "id-1")
    #expect(field.text(in: .post([("a", "x"), ("b", "id-1")])) == "x")
    #expect(field.text(in: .post([("a", "é"), ("b", "id-1")])) == "id-1")
    #expect(field.text(in: .post([("a", String(repeating: "x", count: 256))])) == nil)
    for headers in [[("a", "x"), ("a", "y")], [("a", "x, y")]] {
      #expect(field.text(in: .post(headers)) == "x, y")
    }
  }
}
