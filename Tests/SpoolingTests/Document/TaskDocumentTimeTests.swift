import Bytes
import Foundation
import Testing

@testable import Spooling

@Suite struct TaskDocumentTimeTests {
  @Test func `a moment is written in UTC with six decimals`() {
    let table: [(seconds: Double, text: String)] = [
      (seconds: 0, text: "1970-01-01T00:00:00.000000Z"),
      (seconds: 1_795_459_746.123456, text: "2026-11-23T18:49:06.123456Z"),
      (seconds: 1_795_459_746, text: "2026-11-23T18:49:06.000000Z"),
      (seconds: 1_795_459_746.1, text: "2026-11-23T18:49:06.100000Z"),
      (seconds: 1_795_459_746.000001, text: "2026-11-23T18:49:06.000001Z"),
      (seconds: 1_795_459_746.9999997, text: "2026-11-23T18:49:07.000000Z"),
      (seconds: 1_798_761_599.9999997, text: "2027-01-01T00:00:00.000000Z"),
      (seconds: -0.5, text: "1969-12-31T23:59:59.500000Z"),
      (seconds: -0.000001, text: "1969-12-31T23:59:59.999999Z"),
      (seconds: -1, text: "1969-12-31T23:59:59.000000Z"),
      (seconds: 951_782_400, text: "2000-02-29T00:00:00.000000Z"),
      (seconds: 1_709_164_800, text: "2024-02-29T00:00:00.000000Z"),
      (seconds: 1_709_251_200, text: "2024-03-01T00:00:00.000000Z"),
      (seconds: 4_107_542_400, text: "2100-03-01T00:00:00.000000Z"),
      (seconds: -62_167_219_200, text: "0000-01-01T00:00:00.000000Z"),
      (seconds: 253_402_300_799, text: "9999-12-31T23:59:59.000000Z"),
    ]
    for row in table {
      #expect(Date(timeIntervalSince1970: row.seconds).rfc3339 == row.text)
    }
  }

  @Test func `moments that the format can't say become the nearest that it can`() {
    let first = "0000-01-01T00:00:00.000000Z"
    let last = "9999-12-31T23:59:59.999999Z"
    #expect(Date(timeIntervalSince1970: -62_167_219_201).rfc3339 == first)
    #expect(Date(timeIntervalSince1970: 253_402_300_800).rfc3339 == last)
    #expect(Date(timeIntervalSince1970: -.infinity).rfc3339 == first)
    #expect(Date(timeIntervalSince1970: .infinity).rfc3339 == last)
    #expect(Date(timeIntervalSince1970: 1e300).rfc3339 == last)
    #expect(Date(timeIntervalSince1970: .nan).rfc3339.utf8.count == 27)
  }

  @Test func `text sorts as time does`() {
    let moments = (0..<500).map { _ in
      Date(timeIntervalSince1970: Double(Int64.random(in: 0..<4_000_000_000_000_000)) / 1e6)
    }
    #expect(moments.sorted().map(\.rfc3339) == moments.map(\.rfc3339).sorted())
  }
}
