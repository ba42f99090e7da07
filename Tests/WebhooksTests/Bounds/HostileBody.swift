import Foundation

/// A body that costs much to read, with the content type that has it read.
struct HostileBody {
  let name: String
  let contentType: String
  let bytes: [UInt8]

  private static let json = "application/json"
  private static let form = "application/x-www-form-urlencoded"
  private static let multipart = "multipart/form-data; boundary=x"

  /// Returns all hostile bodies, each of roughly `count` bytes.
  static func all(of count: Int) -> [HostileBody] {
    func repeated(_ text: String, in whole: (String, String) = ("", ""), without ends: Int = 0)
      -> [UInt8]
    {
      Array(whole.0.utf8)
        + Array(String(repeating: text, count: count / text.utf8.count).utf8.dropLast(ends))
        + Array(whole.1.utf8)
    }
    let part = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
    let nest = String(repeating: "[", count: 90) + String(repeating: "]", count: 90) + ","
    let long = String(repeating: "n", count: count / 9000)
    let known = "\"type\":\"1\",\"event\":\"a\",\"topic\":\"t\",\"SignatureVersion\":\"1\","
    return [
      HostileBody(name: "a form of pairs", contentType: form, bytes: repeated("a=b&")),
      HostileBody(name: "a form of names", contentType: form, bytes: repeated("a&")),
      HostileBody(
        name: "a form of escapes", contentType: form,
        bytes: repeated("%41", in: ("payload=", "&signature=00&timestamp=1&token=2"))),
      HostileBody(
        name: "a form of long names that are alike", contentType: form,
        bytes: repeated("\(long)=\(long)&")),
      HostileBody(
        name: "an array of numbers", contentType: json,
        bytes: repeated("0,", in: ("{\"value\":[", "],\"events\":[]}"), without: 1)),
      HostileBody(
        name: "an array of objects", contentType: json,
        bytes: repeated("{\"clientState\":\"s\"},", in: ("{\"value\":[", "]}"), without: 1)),
      HostileBody(
        name: "items that are signed", contentType: json,
        bytes: repeated(
          "{\"NotificationRequestItem\":{}},", in: ("{\"notificationItems\":[", "]}"), without: 1)),
      HostileBody(
        name: "an array", contentType: json, bytes: repeated("0,", in: ("[", "]"), without: 1)),
      HostileBody(
        name: "a string with an escape", contentType: json,
        bytes: repeated("a", in: ("{\(known)\"Message\":\"\\n", "\"}"))),
      HostileBody(
        name: "a string of escapes", contentType: json,
        bytes: repeated("\\u00e9", in: ("{\(known)\"Content\":\"", "\",\"HashCode\":\"00\"}"))),
      HostileBody(
        name: "a challenge without an end", contentType: json,
        bytes: repeated(
          "\\n", in: ("{\"type\":\"url_verification\",\"challenge\":\"", "\",\"sig\":\"00\"}"))),
      HostileBody(
        name: "a signature without an end", contentType: json,
        bytes: repeated("A", in: ("{\"sig\":\"", "\",\"signature\":{\"token\":\"\"}}"))),
      HostileBody(
        name: "members alike", contentType: json,
        bytes: repeated("\"a\":0,", in: ("{", "}"), without: 1)),
      HostileBody(
        name: "members with escapes", contentType: json,
        bytes: repeated("\"\\u0074ype\":0,", in: ("{", "}"), without: 1)),
      HostileBody(
        name: "deep nesting", contentType: json, bytes: repeated(nest, in: ("[", "]"), without: 1)),
      HostileBody(name: "opening brackets", contentType: json, bytes: repeated("[")),
      HostileBody(
        name: "many parts", contentType: multipart, bytes: repeated(part, in: ("", "--x--"))),
      HostileBody(
        name: "one part of line ends", contentType: multipart,
        bytes: repeated("\r\n--", in: (part, "\r\n--x--"))),
      HostileBody(
        name: "a head without an end", contentType: multipart,
        bytes: repeated("a: b\r\n", in: ("--x\r\n", "\r\n--x--"))),
      HostileBody(name: "brackets of XML", contentType: "text/xml", bytes: repeated("<a")),
      HostileBody(
        name: "elements", contentType: "text/xml",
        bytes: repeated("<OrganizationId>1</OrganizationId>")),
      HostileBody(
        name: "no text", contentType: json, bytes: [UInt8](repeating: 0xFF, count: count)),
    ]
  }
}
