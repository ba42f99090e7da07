import Foundation

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
      let name = parameter.prefix { $0 != UInt8(ascii: "=") }
      guard names.contains(decoded(name)) else { return Array(parameter) }
      return Array(name) + [UInt8(ascii: "=")] + mask
    }
    return Array(masked.joined(separator: [UInt8(ascii: "&")]))
  }

  /// Returns a parameter's name decoded as the rules do: `+` is a blank, `%41` an A.
  private static func decoded(_ name: ArraySlice<UInt8>) -> String {
    let text = String(decoding: name, as: UTF8.self).replacing("+", with: " ")
    return text.removingPercentEncoding ?? text
  }
}
