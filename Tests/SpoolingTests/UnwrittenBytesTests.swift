import Testing

@testable import Spooling

@Suite struct UnwrittenBytesTests {
  @Test(arguments: [1, 2, 3, 7, 100])
  func `what a write did not take comes again, nothing twice`(_ step: Int) {
    let parts = (0..<40).map { index in
      (0..<(index % 4)).map { UInt8(truncatingIfNeeded: index * 4 + $0) }
    }
    var rest = UnwrittenBytes(parts)
    var written: [UInt8] = []
    while !rest.isEmpty {
      let next = rest.withVectors { vectors in
        vectors.flatMap { Array(UnsafeRawBufferPointer(start: $0.iov_base, count: $0.iov_len)) }
      }
      #expect(!next.isEmpty)
      written += next.prefix(step)
      rest.drop(min(step, next.count))
    }
    #expect(written == parts.flatMap { $0 })
  }

  @Test func `no parts, or none with bytes, are written already`() {
    #expect(UnwrittenBytes([]).isEmpty)
    #expect(UnwrittenBytes([[], []]).isEmpty)
  }
}
