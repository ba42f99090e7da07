/// Numbers and texts as bytes, the lowest byte of a number first.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ number: UInt64, bytes count: Int = 8) {
    for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(index * 8))) }
  }

  /// The length in four bytes, then the bytes.
  mutating func add(sized part: some Collection<UInt8>) {
    add(UInt64(part.count), bytes: 4)
    bytes += part
  }

  mutating func add(raw part: some Collection<UInt8>) { bytes += part }

  mutating func pad(to count: Int) {
    bytes += repeatElement(0, count: max(0, count - bytes.count))
  }

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }
}
