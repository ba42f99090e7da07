import Bytes
import FoundationEssentials
import Testing

@testable import Pages

/// Text that is interpolated into markup.
@Suite struct HTMLTests {
  private func text(_ html: HTML) -> String { String(decoding: html.bytes, as: UTF8.self) }

  /// A quote and a mark behind it are one `Character`, which code that replaces the quote misses.
  @Test func `a mark behind a character of markup hides it from no escaping`() {
    let hiding = (0...0x10ffff as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init).filter {
      switch $0.properties.generalCategory {
      case .nonspacingMark, .spacingMark, .enclosingMark, .format, .control: true
      default: false
      }
    }
    #expect(hiding.count > 2000)
    for scalar in hiding {
      for markup in ["&", "<", ">", "\"", "'"] {
        let hostile = "x\(markup)\(Character(scalar))y"
        for html in ["\(hostile)" as HTML, "\(sender: hostile)", "\(lines: hostile)"] {
          let inside = text(html).replacing("<bdi>", with: "").replacing("</bdi>", with: "")
          let bare = inside.utf8.filter { $0 == UInt8(ascii: "&") }.count
          #expect(!inside.utf8.contains { "<>\"'".utf8.contains($0) }, "U+\(scalar.value)")
          #expect(bare == 1, "U+\(scalar.value)")
        }
      }
    }
  }

  @Test func `what HTML doesn't allow is shown as an escape`() {
    let values: [UInt32] = [0x61, 0, 0x1b, 0xfffe, 0xfdd0, 0x85, 0x1_ffff, 0x0a, 0x62]
    let hostile = String(String.UnicodeScalarView(values.compactMap(Unicode.Scalar.init)))
    let html: HTML = "\(hostile)"
    #expect(text(html) == "a\\u{0}\\u{1b}\\u{fffe}\\u{fdd0}\\u{85}\\u{1ffff}\nb")
  }

  @Test func `no text turns the text around it, and emoji stay`() {
    let html: HTML = "\("a\u{202e}b\u{2067}c\u{200f}d 👩\u{200d}🚀")"
    #expect(text(html) == "a\\u{202e}b\\u{2067}c\\u{200f}d 👩\u{200d}🚀")
  }

  @Test func `a stranger's text can't turn the text around it`() {
    let html: HTML = "\(sender: "a\u{202e}b\u{200d}c")"
    #expect(text(html) == "<bdi>a\\u202eb\\u200dc</bdi>")
  }

  @Test func `pieces nest, and are escaped once`() {
    let inner: HTML = "<b>\("<&>")</b>"
    let outer: HTML = "<p>\(inner)\([inner, inner])\(nil as HTML?)\(5)</p>"
    let once = "<b>&lt;&amp;&gt;</b>"
    #expect(text(outer) == "<p>\(once)\(once)\(once)5</p>")
  }

  @Test func `a moment is there for people and for programs`() {
    let html: HTML = "\(time: Date(timeIntervalSince1970: 1_795_000_000.25))"
    #expect(text(html).hasPrefix("<time datetime=\"2026-11-18T11:06:40.250Z\">2026-11-18 "))
  }

  @Test func `no text leads elsewhere`() {
    for hostile in ["javascript:alert(1)", "//evil.example", "../../x", "a/b?c#d", "\r\nX: y"] {
      let link = Link.webhook(hostile).text
      #expect(link.hasPrefix("/webhooks/"))
      #expect(
        link.dropFirst("/webhooks/".count).allSatisfy { $0.isASCII && !"/?#:\r\n".contains($0) })
    }
    #expect(
      Link(["tasks", "a"], [("state", ""), ("reason", "x&y= z")]).text
        == "/tasks/a?reason=x%26y%3d%20z")
  }
}
