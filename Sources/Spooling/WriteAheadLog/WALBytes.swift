/// Reads what `ByteWriter` wrote. Each function returns nil if the bytes can't be that.
struct ByteReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func number(bytes count: Int = 8) -> UInt64? {
    guard let part = raw(count) else { return nil }
    return part.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Reads a count of items; nil if it exceeds the bytes that are left. Each item takes at least a
  /// byte, so that a damaged count can't cause a large allocation.
  mutating func count() -> Int? {
    guard let count = number(bytes: 4).map(Int.init), count <= rest.count else { return nil }
    return count
  }

  mutating func sized() -> ArraySlice<UInt8>? { count().flatMap { raw($0) } }

  mutating func text() -> String? { sized().map { String(decoding: $0, as: UTF8.self) } }

  mutating func raw(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
}

/// Writes numbers and texts as bytes. The lowest byte of a number comes first.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ number: UInt64, bytes count: Int = 8) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0.prefix(count)) }
  }

  /// Appends the length in four bytes, then the bytes.
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
