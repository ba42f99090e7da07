/// Numbers and texts as bytes, the lowest byte of a number first.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ number: UInt64, bytes count: Int = 8) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0.prefix(count)) }
  }

  /// The length in four bytes, then the bytes.
  mutating func add(sized part: some Collection<UInt8>) {
    add(UInt64(part.count), bytes: 4)
    bytes.append(contentsOf: part)
  }

  mutating func add(raw part: some Collection<UInt8>) { bytes.append(contentsOf: part) }

  mutating func pad(to count: Int) {
    bytes.append(contentsOf: [UInt8](repeating: 0, count: max(0, count - bytes.count)))
  }

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }
}
