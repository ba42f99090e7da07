@testable import Spooling

/// A body, and its encoding in a task document.
struct TaskDocumentBody {
  let name: String
  let contentType: String
  let encoding: BodyEncoding
  let bytes: [UInt8]

  init(_ name: String, _ contentType: String, _ encoding: BodyEncoding, _ bytes: [UInt8]) {
    self.name = name
    self.contentType = contentType
    self.encoding = encoding
    self.bytes = bytes
  }

  init(_ name: String, _ contentType: String, _ encoding: BodyEncoding, _ text: String) {
    self.init(name, contentType, encoding, Array(text.utf8))
  }

  private static func nested(_ depth: Int) -> String {
    String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
  }

  private static func digits(_ count: Int) -> String { String(repeating: "7", count: count) }

  static let all: [TaskDocumentBody] = verbatim + text + binary

  private static let verbatim: [TaskDocumentBody] = [
    TaskDocumentBody(
      "30 digits, duplicate keys and white space", "application/json", .json,
      " \r\n{ \"n\" : 123456789012345678901234567890.10 ,\t\"n\":1,\n\"\\u006e\":2 } \n\n"),
    TaskDocumentBody("a number", "application/json; charset=utf-8", .json, "1"),
    TaskDocumentBody("null", "text/json", .json, "null"),
    TaskDocumentBody("a string like an ending", "application/json", .json, "\"}}\\n\""),
    TaskDocumentBody(
      "JSON that is not ASCII", "a/b+json", .json, "[\"ä€😀\u{2028}\u{fffe}\u{7f}\"]"),
    TaskDocumentBody(
      "JSON in UTF-8 that claims another", "application/json; charset=latin1", .json, "[\"ü\"]"),
    TaskDocumentBody("60 brackets", "application/json", .json, nested(60)),
    TaskDocumentBody("a surrogate pair", "application/json", .json, #"["\ud83d\ude00"]"#),
    TaskDocumentBody("1,000 digits", "application/json", .json, "0." + digits(999)),
    TaskDocumentBody(
      "the edges of a double", "application/json", .json,
      "[1.7976931348623157e308,5e-324,1e-400,-0]"),
  ]

  private static let text: [TaskDocumentBody] = [
    TaskDocumentBody("nothing", "", .text, ""),
    TaskDocumentBody("nothing that says it is JSON", "application/json", .text, ""),
    TaskDocumentBody("white space that says it is JSON", "application/json", .text, " \n"),
    TaskDocumentBody("JSON that says it is text", "text/plain", .text, "{\"a\":1}"),
    TaskDocumentBody("JSON of no type", "", .text, "{\"a\":1}"),
    TaskDocumentBody("61 brackets", "application/json", .text, nested(61)),
    TaskDocumentBody("half a surrogate pair", "application/json", .text, #"{"a":"\ud83d"}"#),
    TaskDocumentBody("a pair swapped", "application/json", .text, #"{"\udc00\ud800":1}"#),
    TaskDocumentBody("an integer of 5,000 digits", "application/json", .text, digits(5_000)),
    TaskDocumentBody("a number that no double holds", "application/json", .text, "[1e400]"),
    TaskDocumentBody("a trailing comma", "application/json", .text, "[1,]"),
    TaskDocumentBody("a byte-order mark", "application/json", .text, "\u{feff}{}"),
    TaskDocumentBody("two lines", "application/x-ndjson", .text, "{\"a\":1}\n{\"a\":2}\n"),
    TaskDocumentBody(
      "XML with CR LF", "application/xml", .text,
      "<?xml version=\"1.0\"?>\r\n<a b='c'>\r\n\t\\n &amp; ü\r\n</a>\r\n"),
    TaskDocumentBody("a form", "application/x-www-form-urlencoded", .text, "a=1&b=%20+%22\\&c=ü"),
    TaskDocumentBody(
      "control characters", "text/plain", .text,
      String(String.UnicodeScalarView((1...0x9F).compactMap { Unicode.Scalar(UInt32($0)) }))),
    TaskDocumentBody(
      "characters that are hard on readers", "text/plain", .text,
      "\u{2028}\u{2029}\u{feff}\u{fffe}\u{ffff}\u{fffd}\u{7f}\u{e000}\u{10ffff}e\u{301}👩‍👩‍👧"),
    TaskDocumentBody("no line end at its end", "text/plain", .text, "a\nb"),
    TaskDocumentBody("line ends at its end", "text/plain", .text, "a\n\n\n"),
    TaskDocumentBody(
      "more than a buffer", "text/plain", .text, String(repeating: "a€😀\r\n\"", count: 40_000)),
  ]

  private static let binary: [TaskDocumentBody] = [
    TaskDocumentBody(
      "every byte", "application/octet-stream", .base64, (0...255).map { UInt8($0) }),
    TaskDocumentBody("one byte of padding", "image/png", .base64, [0x89, 0x50, 0x4E, 0x47, 0xFF]),
    TaskDocumentBody("two bytes of padding", "image/png", .base64, [0xFB, 0xFF, 0xFE, 0xFF]),
    TaskDocumentBody("NUL", "text/plain", .base64, "a\0b"),
    TaskDocumentBody("NUL that says it is JSON", "application/json", .base64, "[\0]"),
    TaskDocumentBody(
      "JSON in ISO-8859-1", "application/json", .base64, [0x5B, 0x22, 0xFC, 0x22, 0x5D]),
    TaskDocumentBody("UTF-16", "application/json", .base64, [0xFF, 0xFE, 0x5B, 0x00, 0x5D, 0x00]),
    TaskDocumentBody(
      "more than a line", "application/octet-stream", .base64,
      (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }),
  ]
}
