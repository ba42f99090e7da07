import Bytes
import Testing

/// Multipart forms, as strictly as the rules read them, and as the form parser does.
@Suite struct MultipartFormTests {
  /// Returns name and content of each part; nil if the body is malformed.
  private static func parts(_ body: String, isStrict: Bool) -> [String]? {
    let type = Array("multipart/form-data; boundary=x".utf8)
    guard var form = MultipartForm(Array(body.utf8), contentType: type, isStrict: isStrict) else {
      return nil
    }
    var parts: [String] = []
    do throws(MultipartForm.Malformed) {
      while let part = try form.next() {
        let name = part.disposition?.value(of: "name").map { String(decoding: $0, as: UTF8.self) }
        parts.append("\(name ?? "-")=\(String(decoding: part.content, as: UTF8.self))")
      }
    } catch {
      return nil
    }
    return parts
  }

  /// Each body and its parts.
  private static let forms: [(String, [String])] = [
    ("\(field("a", "1"))\(field("b", ""))--x--", ["a=1", "b="]),
    ("before\r\n\(field("a", "1\r\n2"))--x--\r\nbehind", ["a=1\r\n2"]),
    ("--x--", []),
    ("--x \t\r\nContent-disposition: f; name=\"a\"\r\n\r\n\r\n--x--", ["a="]),
    ("--x\r\n\r\n1\r\n--x--", ["-=1"]),
    ("--x Content-Disposition: f; name=a\r\n\r\n1\r\n--x--", ["-=1"]),
    ("--x\r\nA: b\r\nContent-Disposition: f; name=a\r\n\r\n1\r\n--x--", ["a=1"]),
    ("\(field("; name=a; y=\"name=b\"", "1"))--x--", ["=1"]),
    ("\(field("a\r\nContent-Disposition: f; name=b", "1"))--x--", ["a=1"]),
    ("\(field("b; y=\"; name=a\"", "1"))--x--", ["b=1"]),
    ("\(field("\"b\"; name=a", "1"))--x--", ["b=1"]),
  ]

  @Test func `a form is read, strictly or not`() {
    for (body, parts) in Self.forms {
      for isStrict in [false, true] {
        #expect(Self.parts(body, isStrict: isStrict) == parts, "\(body)")
      }
    }
  }

  private static let malformed: [String] = [
    "", "--y--", field("a", "1"), "\(field("a", "1"))--x", "--x\r\n--x--", "--x\r\nA: b\r\n--x--",
  ]

  @Test func `a form without its end, or a part without one of its head, is malformed`() {
    for body in Self.malformed {
      for isStrict in [false, true] {
        #expect(Self.parts(body, isStrict: isStrict) == nil, "\(body)")
      }
    }
  }

  @Test func `a boundary behind the last one is refused by a strict reading alone`() {
    let body = field("a", "1") + "--x--\r\n" + field("b", "2") + "--x--"
    #expect(Self.parts(body, isStrict: false) == ["a=1"])
    #expect(Self.parts(body, isStrict: true) == nil)
  }

  @Test(arguments: [8192 - 2, 8192 - 1])
  func `a strict reading takes header fields of 8 KiB`(_ length: Int) {
    // The head begins with a line end.
    let head = "A: " + String(repeating: "b", count: length - 3)
    let body = "--x\r\n\(head)\r\n\r\n1\r\n--x--"
    #expect(Self.parts(body, isStrict: false) == ["-=1"])
    #expect(Self.parts(body, isStrict: true) == (length < 8192 - 1 ? ["-=1"] : nil))
  }

  @Test(arguments: ["multipart/form-data", "multipart/form-data; boundary=", "; boundary=\"\""])
  func `a content type without a boundary leads to no form`(_ type: String) {
    #expect(MultipartForm([], contentType: Array(type.utf8), isStrict: false) == nil)
  }
}

private func field(_ name: String, _ content: String) -> String {
  "--x\r\nContent-Disposition: form-data; name=\(name)\r\n\r\n\(content)\r\n"
}
