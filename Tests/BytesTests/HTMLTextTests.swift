import Bytes
import Testing

@Suite struct HTMLTextTests {
  static let references = [
    "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;",
  ]

  /// Scalars that may combine with a preceding character into one `Character`, and some that do
  /// not.
  static let marks = (0...UInt32(0x10FFFF)).compactMap { Unicode.Scalar($0) }.filter {
    switch $0.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .format, .control: true
    default: false
    }
  }

  @Test func `a mark behind a character hides it from nobody`() {
    #expect(Self.marks.count > 2000)
    for (character, reference) in Self.references {
      for mark in Self.marks {
        let escaped = HTMLText.escaped("a\(character)\(String(mark))b")
        guard Array(escaped.utf8) != Array("a\(reference)\(String(mark))b".utf8) else { continue }
        Issue.record("\(character) before U+\(String(mark.value, radix: 16))")
      }
    }
  }

  @Test func `all else stays as it is`() {
    #expect(HTMLText.escaped("Größe 10 €; #1/2\n") == "Größe 10 €; #1/2\n")
    #expect(HTMLText.escaped("") == "")
  }
}
