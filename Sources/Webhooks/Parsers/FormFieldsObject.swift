import Bytes
import FoundationEssentials
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
    for field in FormFields(body) {
      let number = fields.count
      guard number < FormFields.most else { throw Self.tooMany }
      fields.append(
        Field(
          name: try text(field.name, of: number),
          value: Self.quoted(try text(field.value, of: number))))
    }
    return fields
  }

  private func multipart(_ body: ParserInput) throws(Unparsed) -> [Field] {
    guard
      var form = MultipartForm(body.bytes, contentType: body.contentType, isStrict: false)
    else { throw .failed("the content type names no boundary") }
    var fields: [Field] = []
    while let part = try Self.next(of: &form, after: fields.count) {
      let number = fields.count
      guard number < FormFields.most else { throw Self.tooMany }
      guard let disposition = part.disposition, disposition.value == "form-data",
        let name = disposition.value(of: "name")
      else { throw .failed("field \(number + 1) has no name") }
      let named = try text(name, of: number)
      let content = Array(part.content)
      guard let file = disposition.value(of: "filename") else {
        fields.append(Field(name: named, value: Self.quoted(try text(content, of: number))))
        continue
      }
      var value = Array("{\"name\":".utf8)
      JSONText.appendQuoted(fromSender: file, to: &value)
      value += Array(",\"type\":".utf8)
      JSONText.appendQuoted(fromSender: part.header("content-type") ?? [], to: &value)
      value += Array(",\"bytes\":\(content.count),\"sha256\":\"".utf8)
      value += Array("\(EncodedBody.sha256(of: content))\",\"base64\":\"".utf8)
      value += Data(content).base64EncodedData()
      fields.append(Field(name: named, value: value + Array("\"}".utf8)))
    }
    return fields
  }

  private static func next(
    of form: inout MultipartForm, after count: Int
  ) throws(Unparsed) -> MultipartForm.Part? {
    do throws(MultipartForm.Malformed) {
      return try form.next()
    } catch .endless {
      throw .failed("the body does not end with its boundary, after \(count) fields")
    } catch {
      throw .failed("field \(count + 1) has headers without an end")
    }
  }

  private static let tooMany = Unparsed.failed("the form has more than \(FormFields.most) fields")

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
}
