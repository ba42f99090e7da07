import Testing

@testable import Fetching

@Suite struct AddressTests {
  @Test(arguments: [
    "8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.128.0.1", "192.169.0.1",
    "223.255.255.255",
    "2001:4860:4860::8888", "2a00::1", "::ffff:8.8.8.8", "64:ff9b::808:808",
  ])
  func `a public address`(text: String) throws {
    #expect(try #require(IPAddress(text)).isPublic)
  }

  @Test(arguments: [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.168.1.1", "192.0.2.7", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1",
    "2001:db8::1", "2002:a00:1::", "2001::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
  ])
  func `an address that isn't`(text: String) throws {
    let address = try #require(IPAddress(text))
    #expect(!address.isPublic)
  }

  @Test(arguments: ["", "localhost", "1.2.3", "1.2.3.4.5", "::g", "01.2.3.4x"])
  func `no address`(text: String) { #expect(IPAddress(text) == nil) }

  @Test func `a gateway is an address and a port`() {
    #expect(Gateway("192.0.2.7:8443")?.port == 8443)
    #expect(Gateway("[2001:db8::7]:443")?.address == IPAddress("2001:db8::7"))
    for text in ["", "192.0.2.7", "host:443", "192.0.2.7:0", "192.0.2.7:65536", ":443"] {
      #expect(Gateway(text) == nil, "\(text)")
    }
  }
}
