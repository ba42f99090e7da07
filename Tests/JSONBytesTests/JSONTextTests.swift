import Testing

@testable import JSONBytes

@Suite struct JSONTextTests {
  @Test func `what RFC 8259 allows is JSON`() {
    #expect(JSONCase.accepted.count > 200)
    for item in JSONCase.accepted {
      #expect(JSONText.isValid(item.bytes), "\(item.why): \(hex(item.bytes))")
    }
  }

  @Test func `what RFC 8259 does not allow is no JSON`() {
    #expect(JSONCase.rejected.count > 400)
    for item in JSONCase.rejected {
      #expect(!JSONText.isValid(item.bytes), "\(item.why): \(hex(item.bytes))")
    }
  }

  @Test func `it does not matter where in a word of the machine something stands`() {
    for shift in 1...8 {
      let space = [UInt8](repeating: 0x20, count: shift)
      for item in JSONCase.accepted {
        #expect(JSONText.isValid(space + item.bytes + space), "\(item.why): \(hex(item.bytes))")
      }
      for item in JSONCase.rejected {
        #expect(!JSONText.isValid(space + item.bytes + space), "\(item.why): \(hex(item.bytes))")
      }
    }
  }

  @Test func `a part of some bytes is judged by itself`() {
    let bytes = Array("x[1,2]y".utf8)
    let json = [1..<6, 1..<5, 0..<6].map { JSONText.isValid(bytes.span.extracting($0)) }
    #expect(json == [true, false, false])
    let letters = Array("ä€".utf8)
    let text = [0..<5, 2..<5, 0..<4].map { UTF8Text.isValid(letters.span.extracting($0)) }
    #expect(text == [true, true, false])
  }

  @Test func `arrays and objects may be open a hundred at once, no more`() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
      let each = open.utf8.count { $0 == 0x5B || $0 == 0x7B }
      for (inner, depth) in [("1", 0), ("[]", 1), ("{}", 1), ("[[],{}]", 2)] {
        for levels in [0, 1, 30, 49, 50, 51, 98, 99, 100, 101, 200] {
          let text =
            String(repeating: open, count: levels) + inner + String(repeating: close, count: levels)
          #expect(
            JSONText.isValid(Array(text.utf8)) == (levels * each + depth <= 100),
            "\(levels) of \(open)\(inner)")
          #expect(JSONText.isValid(Array(text.utf8), maximumDepth: levels * each + depth))
        }
      }
    }
  }

  @Test func `depth is what is open, not what was`() {
    let text = "[" + Array(repeating: "[{}]", count: 1000).joined(separator: ",") + "]"
    #expect(JSONText.isValid(Array(text.utf8), maximumDepth: 3))
    #expect(!JSONText.isValid(Array(text.utf8), maximumDepth: 2))
    #expect(JSONText.isValid(Array("1".utf8), maximumDepth: 0))
    #expect(!JSONText.isValid(Array("[]".utf8), maximumDepth: 0))
  }

  @Test func `ten million open brackets need no stack`() {
    let brackets = [UInt8](repeating: 0x5B, count: 10 << 20)
    #expect(!JSONText.isValid(brackets))
    #expect(!JSONText.isValid(brackets, maximumDepth: .max))
    let closed = brackets[..<1_000_000] + [UInt8](repeating: 0x5D, count: 1_000_000)
    #expect(JSONText.isValid(Array(closed), maximumDepth: .max))
  }
}
