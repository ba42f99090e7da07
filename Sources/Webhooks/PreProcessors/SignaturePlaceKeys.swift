import Verification

/// The keys of `type: signature` for the place of the signature. Exactly one of them has to be
/// there; `key` and `key_separator` go with `header`.
enum SignaturePlaceKeys {
  static let header = Option(
    optional: "header", .headerName, "The header that carries the signature.")
  static let headers = Option(
    optional: "headers", .list(of: .headerName, "headers"),
    "Several headers. One of those that came has to match.")
  static let numberedHeaders = Option(
    optional: "numbered_headers", .headerName,
    "The beginning of the names of headers that end in a number, such as `X-DocuSign-Signature-`.")
  static let parameter = Option(
    optional: "query_parameter", .line, "The query parameter that carries the signature.")
  static let formField = Option(
    optional: "form_field", .line, "The field of a form body that carries the signature.")
  static let bodyField = Option(
    optional: "body_field", .jsonPath, "The path of the signature in a JSON body.")
  static let key = Option(
    optional: "key", .line,
    "The key of the signature, where the header is a list of `key=value`. It may come several "
      + "times.")
  static let keySeparator = Option(
    "key_separator", .separator, default: ",",
    "The character that separates the entries of such a list.")

  private static let places: [any DocumentedOption] = [
    header, headers, numberedHeaders, parameter, formField, bodyField,
  ]
  static let all = places + [key, keySeparator]

  /// Returns the place; reports a problem and returns nil if there isn't exactly one.
  static func place(in mapping: Mapping) -> SignaturePlace? {
    let key = mapping[key]
    let separator = mapping[keySeparator]
    let name = mapping[header]
    let places: [SignaturePlace?] = [
      name.map { name in
        key.map { .pairs(header: name, key: $0, separator: separator) } ?? .header(name)
      },
      mapping[headers].map { .headers($0) },
      mapping[numberedHeaders].map { .numberedHeaders($0) },
      mapping[parameter].map { .queryParameter($0) },
      mapping[formField].map { .formField($0) },
      mapping[bodyField].map { .bodyField($0) },
    ]
    guard mapping.hasOne(of: Self.places) else { return nil }
    if key != nil, mapping.found(header) == nil {
      mapping.report(at: Self.key, "expected header beside it, a list of key=value")
      return nil
    }
    return places.compactMap(\.self).first
  }
}
