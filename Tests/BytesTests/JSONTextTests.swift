import Testing

@testable import Bytes

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

  @Test func `what every parser reads is portable`() {
    for text in Self.portable { #expect(JSONText.isPortable(Array(text.utf8)), "\(text)") }
    for text in Self.unportable {
      #expect(JSONText.isValid(Array(text.utf8)), "\(text)")
      #expect(!JSONText.isPortable(Array(text.utf8)), "\(text)")
    }
    for item in JSONCase.rejected { #expect(!JSONText.isPortable(item.bytes), "\(item.why)") }
  }

  private static func nested(_ depth: Int) -> String {
    String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
  }

  private static let nines = String(repeating: "9", count: 1_001)

  private static let portable = [
    #""\ud83d\ude00""#, #""\uD83D\uDE00\uD83D\uDE00""#, #""\\ud83d""#, #"{"\ud83d\ude00":1}"#,
    #""\ud7ff\ue000""#,
    nested(60), "0", "-0", "0e999", "1e308", "1E+00308", "-1.7976931348623157e308", "5e-324",
    "1e-400", "1e-99999999999999999999", "0." + nines.dropFirst(2), "\(nines.prefix(308))",
    "\(nines.prefix(900))e-700", "[1,{\"a\":-2.5e-3}]",
  ]

  private static let unportable = [
    #""\ud83d""#, #""\udc00""#, #""\udc00\ud800""#, #""\uD83Dx""#, #""\ud83d\n""#,
    #""\ud83d\u0041""#, #""\ud83d\ud83d\ude00""#, #""\ud83d\ude00\ude00""#, #"{"\udfff":1}"#,
    #"["a",{"b":"x\ud800"}]"#, nested(61), "1e309", "-1e309", "[1e400]", "1.7976931348623159e308",
    "1e99999999999999999999", "\(nines.prefix(309))", "0." + nines.dropFirst(), "{\"a\":\(nines)}",
    "1e-" + nines,
  ]

  @Test func `half of a surrogate pair is replaced where it stands`() {
    let text = #"{"\udc00":"a\ud83dz\\ud83d\ud83d\ude00\ud83d\ud83d\uDE00\u00e9","b":"\uD800"}"#
    let replaced = #"{"\ufffd":"a\ufffdz\\ud83d\ud83d\ude00\ufffd\ud83d\uDE00\u00e9","b":"\ufffd"}"#
    #expect(JSONText.replacingLoneSurrogates(Array(text.utf8)) == Array(replaced.utf8))
    for text in Self.portable {
      #expect(JSONText.replacingLoneSurrogates(Array(text.utf8)) == Array(text.utf8), "\(text)")
    }
  }
}
