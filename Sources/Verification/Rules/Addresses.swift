import FoundationEssentials

/// A rule that the client's address, as the web server saw it, lies in one of the ranges.
public struct Addresses: Rule {
  /// The allowed ranges.
  public var ranges: [AddressRange]

  /// Makes a rule with the allowed ranges.
  public init(ranges: [AddressRange]) {
    self.ranges = ranges
  }

  /// A sentence that lists the ranges.
  public var words: String {
    "The client's address is in \(ranges.map(\.text).joined(separator: ", "))."
  }

  /// The error that there isn't any range, because no request could pass then.
  public var misconfigurations: [Misconfiguration] {
    ranges.isEmpty ? [Misconfiguration("no address is allowed")] : []
  }

  /// Looks for the first range that contains the client's address.
  ///
  /// - Throws: `Rejection.forbidden` if the address is in none of the ranges, or can't be read.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    for range in ranges {
      guard let isInside = range.contains(request.remote) else {
        throw .forbidden("the client's address can't be read")
      }
      if isInside { return Proof(verified: "address:\(range.text)") }
    }
    throw .forbidden("address \(request.remote) is in none of \(ranges.count) ranges")
  }
}
