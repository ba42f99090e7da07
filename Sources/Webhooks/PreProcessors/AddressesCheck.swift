import Verification

/// `type: addresses`: the client's address lies in one of the ranges.
struct AddressesCheck: RulePreProcessor {
  static let type = "addresses"
  static let documentation = """
    The client's address, as the web server saw it, has to lie in one of the ranges. Otherwise the \
    delivery is answered 403. An IPv4 address within IPv6 (`::ffff:192.0.2.7`) counts as IPv4. \
    Behind a proxy, the web server has to be told to take the address from the proxy.
    """
  static let example = """
    type: addresses
    allow:
      - 192.0.2.0/24
      - 2001:db8::/32
    """

  private static let allow = Option(
    required: "allow", Form.list(of: Form.addressRange, "address ranges"),
    "Addresses and CIDR ranges, IPv4 and IPv6.")

  static let options: [any DocumentedOption] = [allow]

  let rule: Addresses

  init?(reading mapping: Mapping) {
    guard let ranges = mapping[Self.allow],
      let rule = mapping.checked(Addresses(ranges: ranges))
    else { return nil }
    self.rule = rule
  }
}
