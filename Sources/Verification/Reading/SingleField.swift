import Bytes

extension FormFields {
  /// Finds the field that a rule relies on.
  ///
  /// - Parameters:
  ///   - name: The field's name, decoded.
  ///   - place: The kind of field, for the rejection's reason: `query parameter`.
  /// - Returns: The only field of this name.
  /// - Throws: `Rejection.unverified` if it is missing or came twice, or there are more than `most`
  ///   fields.
  func single(_ name: String, _ place: String) throws(Rejection) -> Field {
    var field: Field?
    var count = 0
    for (index, one) in enumerated() {
      guard index < Self.most else { throw Self.tooMany(place) }
      guard one.isNamed(name) else { continue }
      field = field ?? one
      count += 1
    }
    guard let field else { throw .unverified("\(place) \(name) is missing") }
    guard count == 1 else { throw .unverified("\(place) \(name) came \(count) times") }
    return field
  }

  static func tooMany(_ place: String) -> Rejection {
    .unverified("there are more than \(most) fields where \(place)s are looked for")
  }
}

extension MultipartForm {
  /// Returns the content of the only field of a name.
  ///
  /// - Throws: `Rejection.unverified` if the field is missing or came twice, if there are more
  ///   parts than `FormFields.most`, or if the body is malformed.
  fileprivate mutating func single(_ name: String) throws(Rejection) -> [UInt8] {
    var value: ArraySlice<UInt8>?
    var (parts, found) = (0, 0)
    while let part = try nextPart() {
      parts += 1
      guard parts <= FormFields.most else { throw FormFields.tooMany("form field") }
      guard part.disposition?.value(of: "name")?.elementsEqual(name.utf8) ?? false else { continue }
      value = part.content
      found += 1
    }
    guard let value, found == 1 else {
      throw .unverified("form field \(name) came \(found) times")
    }
    return Array(value)
  }

  private mutating func nextPart() throws(Rejection) -> Part? {
    do throws(Malformed) {
      return try next()
    } catch .endless {
      throw .unverified("the body does not end with its boundary")
    } catch {
      throw .unverified("the head of a form field is longer than \(Self.longestHead) bytes")
    }
  }
}

extension Request {
  /// The parameters of the query.
  var parameters: FormFields { FormFields(query) }

  /// Whether the content type says that the body is a URL-encoded form.
  var isForm: Bool { isContent("application/x-www-form-urlencoded") }

  /// Returns whether the content type is this one, whatever its parameters are.
  func isContent(_ type: String) -> Bool {
    guard let value = try? headers.value("content-type") else { return false }
    return Array(value.prefix { $0 != UInt8(ascii: ";") }).trimmed.isText(type)
  }

  /// Returns the text of a field of a form body, URL-encoded or multipart.
  ///
  /// - Throws: `Rejection.unverified` if it is missing or came twice, or the body isn't a form.
  func formText(_ name: String) throws(Rejection) -> [UInt8] {
    guard isContent("multipart/form-data") else {
      return try FormFields(body).single(name, "form field").value
    }
    let type = try headers.value("content-type")
    guard var form = MultipartForm(body, contentType: type, isStrict: true) else {
      throw .unverified("the content type names no boundary")
    }
    return try form.single(name)
  }
}
