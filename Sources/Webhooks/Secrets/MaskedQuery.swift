import Bytes

/// A query in which the values of parameters that carry a secret are masked.
enum MaskedQuery {
  private static let mask = Array("***".utf8)

  /// - Parameters:
  ///   - names: The decoded names of the parameters to mask.
  ///   - query: The query, undecoded.
  /// - Returns: The query, unchanged but for the values of these parameters.
  static func mask(_ names: Set<String>, in query: [UInt8]) -> [UInt8] {
    guard !names.isEmpty, !query.isEmpty else { return query }
    let parameters = query.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
    let masked = parameters.map { parameter in
      // The name is decoded as the rules decode it.
      let field = FormFields.Field(parameter)
      guard names.contains(String(decoding: field.name, as: UTF8.self)) else {
        return Array(parameter)
      }
      return Array(field.rawName) + [UInt8(ascii: "=")] + mask
    }
    return Array(masked.joined(separator: [UInt8(ascii: "&")]))
  }
}
