import Bytes
import Foundation
import Spooling

/// `type: form`: the fields of a form as one JSON object.
struct FormFieldsObject: BodyParser {
  static let type = "form"
  static let documentation = """
    A form, urlencoded or multipart by its content type, becomes one task: a JSON object of its \
    fields as texts. A field that comes several times is an array. A file of a multipart form is \
    an object with `name`, `type`, `bytes`, `sha256` and `base64`, its exact bytes.
    """
  static let example = "type: form"
  static let options: [any DocumentedOption] = [TextEncoding.option]
  static let isSplitting = false
  /// The most fields that a form may have.
  static let mostFields = 10_000

  private let encoding: TextEncoding

  init?(reading mapping: Mapping) { encoding = mapping[TextEncoding.option] }

  func items(of body: ParserInput) throws(Unparsed) -> [ParsedItem]? {
    switch HeaderParameters(body.contentType).value {
    case "multipart/form-data": return [.json(object(try multipart(body)))]
    case "application/x-www-form-urlencoded": return [.json(object(try urlencoded(body.bytes)))]
    default:
      throw .failed(
        "the content type is neither application/x-www-form-urlencoded nor multipart/form-data")
    }
  }

  private struct Field {
    let name: [UInt8]
    /// The value as JSON.
    let value: [UInt8]
  }

  private func urlencoded(_ body: [UInt8]) throws(Unparsed) -> [Field] {
    var fields: [Field] = []
    // One part more than allowed is enough to notice that there are too many; a list of a million
    // is never made.
    let parts = body.split(separator: UInt8(ascii: "&"), maxSplits: Self.mostFields)
    for (number, part) in parts.enumerated() {
      guard number < Self.mostFields else { throw Self.tooMany }
      let name = part.prefix { $0 != UInt8(ascii: "=") }
      let value = part.dropFirst(name.count + 1)
      fields.append(
        Field(
          name: try text(Self.decoded(name), of: number),
          value: Self.quoted(try text(Self.decoded(value), of: number))))
    }
    return fields
  }

  private func multipart(_ body: ParserInput) throws(Unparsed) -> [Field] {
    var fields: [Field] = []
    for (number, part) in try MultipartBody.parts(of: body, most: Self.mostFields).enumerated() {
      let name = try text(part.name, of: number)
      guard let file = part.fileName else {
        fields.append(Field(name: name, value: Self.quoted(try text(part.content, of: number))))
        continue
      }
      var value = Array("{\"name\":".utf8)
      JSONText.appendQuoted(fromSender: file, to: &value)
      value += Array(",\"type\":".utf8)
      JSONText.appendQuoted(fromSender: part.contentType, to: &value)
      value += Array(",\"bytes\":\(part.content.count),\"sha256\":\"".utf8)
      value += Array("\(EncodedBody.sha256(of: part.content))\",\"base64\":\"".utf8)
      value += Data(part.content).base64EncodedData()
      fields.append(Field(name: name, value: value + Array("\"}".utf8)))
    }
    return fields
  }

  private static let tooMany = Unparsed.failed("the form has more than \(mostFields) fields")

  private func text(_ bytes: [UInt8], of number: Int) throws(Unparsed) -> [UInt8] {
    do throws(Unparsed) {
      return try encoding.decode(bytes)
    } catch {
      throw .failed("field \(number + 1) is not \(encoding.rawValue) (encoding)")
    }
  }

  /// Returns a JSON object with each name once, at the place where it first occurred.
  private func object(_ fields: [Field]) -> [UInt8] {
    var places: [[UInt8]: Int] = [:]
    var members: [(name: [UInt8], values: [[UInt8]])] = []
    for field in fields {
      if let place = places[field.name] {
        members[place].values.append(field.value)
      } else {
        places[field.name] = members.count
        members.append((field.name, [field.value]))
      }
    }
    let comma = [UInt8(ascii: ",")]
    let written = members.map { name, values in
      Self.quoted(name) + [UInt8(ascii: ":")]
        + (values.count == 1
          ? values[0] : [UInt8(ascii: "[")] + values.joined(separator: comma) + [UInt8(ascii: "]")])
    }
    return [UInt8(ascii: "{")] + written.joined(separator: comma) + [UInt8(ascii: "}")]
  }

  private static func quoted(_ text: [UInt8]) -> [UInt8] {
    var json: [UInt8] = []
    JSONText.appendQuoted(text, to: &json)
    return json
  }

  /// Percent-decodes a text, with `+` as a blank. A `%` without two hexadecimal digits after it
  /// stays as it is.
  private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let high = rest.first.flatMap({ Hex.value($0) }),
        let low = rest.dropFirst().first.flatMap({ Hex.value($0) })
      {
        bytes.append(high << 4 | low)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return bytes
  }
}
