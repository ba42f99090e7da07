import Foundation

/// The client's address, as the web server saw it, has to lie in one of the ranges.
public struct Addresses: Rule {
  /// The ranges that are allowed.
  public var ranges: [AddressRange]

  public init(ranges: [AddressRange]) {
    self.ranges = ranges
  }

  public var words: String {
    "The client's address is in \(ranges.map(\.text).joined(separator: ", "))."
  }

  public var misconfigurations: [Misconfiguration] {
    ranges.isEmpty ? [Misconfiguration("no address is allowed")] : []
  }

  /// - Throws: `Refusal.forbidden` for an address outside of them, or none that can be read.
  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    for range in ranges {
      guard let isInside = range.contains(request.remote) else {
        throw .forbidden("the client's address can't be read")
      }
      if isInside { return Proof(verified: "address:\(range.text)") }
    }
    throw .forbidden("address \(request.remote) is in none of \(ranges.count) ranges")
  }
}
