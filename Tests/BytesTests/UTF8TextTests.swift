import Testing

@testable import Bytes

@Suite struct UTF8TextTests {
  @Test func `what is no UTF-8 is told wherever it stands`() {
    for item in UTF8Case.rejected {
      for before in [0, 1, 7, 8, 9, 20] {
        for behind in [0, 1, 8] {
          let bytes =
            [UInt8](repeating: 0x61, count: before) + item.bytes
            + [UInt8](repeating: 0x61, count: behind)
          #expect(!UTF8Text.isValid(bytes), "\(item.why): \(hex(bytes))")
          #expect(!UTF8Text.isValid(Array("ä".utf8) + bytes), "\(item.why): \(hex(bytes))")
        }
      }
    }
  }

  @Test func `every scalar value is UTF-8`() {
    var text: [UInt8] = []
    for value in 0...UInt32(0x10FFFF) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      text.append(contentsOf: UTF8.encode(scalar)!)
    }
    #expect(UTF8Text.isValid(text))
    #expect(UTF8Text.isValid([]))
  }

  @Test func `sequences of one to four bytes are judged as the standard library does`() {
    let edges: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xFF]
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max { compare([first, second]) }
      for second in edges {
        for third in edges {
          compare([first, second, third])
          guard first >= 0xF0 else { continue }
          for fourth in edges { compare([first, second, third, fourth]) }
        }
      }
    }
  }

  @Test func `a header that is no UTF-8 is read as ISO-8859-1`() {
    let all = (UInt8.min...UInt8.max).map { $0 }
    let text = String(String.UnicodeScalarView(all.map { Unicode.Scalar($0) }))
    #expect(UTF8Text.readingLatin1IfInvalid(all) == Array(text.utf8))
    #expect(UTF8Text.readingLatin1IfInvalid(Array("für €".utf8)) == Array("für €".utf8))
    #expect(UTF8Text.readingLatin1IfInvalid([0x66, 0xFC, 0x72]) == Array("für".utf8))
    #expect(UTF8Text.readingLatin1IfInvalid([]) == [])
  }

  private func compare(_ bytes: [UInt8]) {
    if UTF8Text.isValid(bytes) != (String(validating: bytes, as: UTF8.self) != nil) {
      Issue.record("\(hex(bytes))")
    }
  }
}
