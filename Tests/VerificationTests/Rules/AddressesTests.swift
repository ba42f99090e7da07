import Testing

@testable import Verification

@Suite struct AddressesTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let range: String
    let address: String
    let isInside: Bool?
    var testDescription: String { "\(address) in \(range): \(isInside.map(String.init) ?? "?")" }
  }

  @Test(arguments: [
    Case(range: "192.0.2.0/24", address: "192.0.2.7", isInside: true),
    Case(range: "192.0.2.0/24", address: "192.0.3.0", isInside: false),
    Case(range: "192.0.2.7", address: "192.0.2.7", isInside: true),
    Case(range: "192.0.2.7", address: "192.0.2.8", isInside: false),
    Case(range: "192.0.2.8/31", address: "192.0.2.9", isInside: true),
    Case(range: "192.0.2.8/31", address: "192.0.2.10", isInside: false),
    Case(range: "0.0.0.0/0", address: "255.255.255.255", isInside: true),
    Case(range: "0.0.0.0/0", address: "2001:db8::1", isInside: false),
    Case(range: "192.0.2.0/24", address: "::ffff:192.0.2.7", isInside: true),
    Case(range: "::ffff:192.0.2.0/120", address: "192.0.2.7", isInside: true),
    Case(range: "::ffff:192.0.2.0/120", address: "192.0.3.7", isInside: false),
    Case(range: "::ffff:0:0/96", address: "8.8.8.8", isInside: true),
    Case(range: "2001:db8::/32", address: "2001:db8:ffff::1", isInside: true),
    Case(range: "2001:db8::/32", address: "2001:db9::1", isInside: false),
    Case(range: "2001:DB8::1", address: "2001:db8:0:0::1", isInside: true),
    Case(range: "::/0", address: "2001:db9::1", isInside: true),
    Case(range: "::/0", address: "192.0.2.7", isInside: false),
    Case(range: "::/0", address: "::ffff:192.0.2.7", isInside: false),
    Case(range: "192.0.2.0/24", address: "", isInside: nil),
    Case(range: "192.0.2.0/24", address: "unix:", isInside: nil),
    Case(range: "192.0.2.0/24", address: "192.0.2.07", isInside: nil),
  ])
  func `an address lies in a range or it does not`(_ sample: Case) throws {
    #expect(try AddressRange(sample.range).contains(sample.address) == sample.isInside)
    let rule = Addresses(ranges: [try AddressRange(sample.range)])
    #expect(rule.accepts(.post(remote: sample.address)) == (sample.isInside ?? false))
  }

  @Test(arguments: [
    "", "/", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.0/08",
    "192.0.2/24", "192.0.2.00/24", "2001:db8::/129", "fe80::1%lo", "example.org", "10.0.0.0/8/8",
  ])
  func `a text that isn't a range is an error`(text: String) {
    #expect(throws: Misconfiguration.self) { try AddressRange(text) }
  }

  @Test(arguments: [
    (text: "10.1.2.3/8", meant: "10.0.0.0/8"), (text: "192.0.2.7/0", meant: "0.0.0.0/0"),
    (text: "2001:db8::1/32", meant: "2001:db8::/32"), (text: "::1/0", meant: "::/0"),
    (text: "::ffff:10.0.0.1/104", meant: "::ffff:10.0.0.0/104"),
  ])
  func `bits past the prefix are an error that suggests the range`(text: String, meant: String) {
    let error = #expect(throws: Misconfiguration.self) { try AddressRange(text) }
    #expect(error?.suggestion == meant)
  }

  @Test func `an address outside of all ranges is forbidden, one inside is the proof`() throws {
    let rule = Addresses(ranges: [try AddressRange("10.0.0.0/8"), try AddressRange("::1")])
    #expect(try rule.verify(.post(remote: "::1"), at: noon).verified == "address:::1")
    #expect(
      rule.outcome(.post())
        == .failure(.forbidden("address 192.0.2.7 is in none of 2 ranges")))
    #expect(!Addresses(ranges: []).accepts(.post()))
  }
}
