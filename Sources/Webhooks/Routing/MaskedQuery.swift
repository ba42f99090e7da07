import Foundation

/// A query without the values of the parameters that carry a secret.
enum MaskedQuery {
  private static let mask = Array("***".utf8)

  /// - Parameters:
  ///   - names: of the parameters to mask, decoded.
  ///   - query: undecoded.
  static func mask(_ names: Set<String>, in query: [UInt8]) -> [UInt8] {
    guard !names.isEmpty, !query.isEmpty else { return query }
    let parameters = query.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
    let masked = parameters.map { parameter in
      let name = parameter.prefix { $0 != UInt8(ascii: "=") }
      guard names.contains(decoded(name)) else { return Array(parameter) }
      return Array(name) + [UInt8(ascii: "=")] + mask
    }
    return Array(masked.joined(separator: [UInt8(ascii: "&")]))
  }

  /// A parameter's name as the rules read it: `+` is a blank, `%41` an A.
  private static func decoded(_ name: ArraySlice<UInt8>) -> String {
    let text = String(decoding: name, as: UTF8.self).replacing("+", with: " ")
    return text.removingPercentEncoding ?? text
  }
}
