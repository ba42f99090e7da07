import Testing

@testable import Webhooks

/// A secret in a query reaches no task.
@Suite struct MaskedQueryTests {
  struct Case: Sendable {
    let query: String
    let masked: String
  }

  static let cases = [
    Case(query: "token=s3cret", masked: "token=***"),
    Case(query: "a=1&token=s3cret&b=2", masked: "a=1&token=***&b=2"),
    Case(query: "token=a&token=b", masked: "token=***&token=***"),
    Case(query: "to%6ben=s3cret", masked: "to%6ben=***"),
    Case(query: "tokens=1&Token=2&&", masked: "tokens=1&Token=2&&"),
    Case(query: "token", masked: "token=***"),
    Case(query: "", masked: ""),
  ]

  @Test(arguments: cases)
  func `every value of a secret's parameter is masked, the rest stays`(_ one: Case) {
    let masked = MaskedQuery.mask(["token"], in: Array(one.query.utf8))
    #expect(String(decoding: masked, as: UTF8.self) == one.masked)
  }

  @Test func `without secrets the query stays byte for byte`() {
    #expect(MaskedQuery.mask([], in: [0xff, 0x26]) == [0xff, 0x26])
  }
}
