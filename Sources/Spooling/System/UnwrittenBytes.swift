import Glibc

/// The parts of a file, with a position up to which they are written. A write may take fewer bytes
/// than it was given.
struct UnwrittenBytes {
  private let parts: [[UInt8]]
  private var part = 0
  private var offset = 0

  init(_ parts: [[UInt8]]) {
    self.parts = parts
    skipEmpty()
  }

  var isEmpty: Bool { part == parts.count }

  /// Moves the position past bytes that were written.
  mutating func drop(_ count: Int) {
    var count = count
    while count > 0 {
      let step = min(count, parts[part].count - offset)
      offset += step
      count -= step
      skipEmpty()
    }
  }

  /// Passes the next bytes to `body`, from at most 16 parts, which keeps the stack small.
  func withVectors<Result>(_ body: (UnsafeBufferPointer<iovec>) -> Result) -> Result {
    var vectors: [iovec] = []
    vectors.reserveCapacity(min(parts.count - part, Self.most))
    return add(part, to: &vectors, body)
  }

  private static let most = 16

  // The recursion nests one closure for each part, because each part's address is valid only in its
  // own closure.
  private func add<Result>(
    _ index: Int, to vectors: inout [iovec], _ body: (UnsafeBufferPointer<iovec>) -> Result
  ) -> Result {
    guard index < parts.count, vectors.count < Self.most else {
      return vectors.withUnsafeBufferPointer(body)
    }
    return parts[index].withUnsafeBytes { bytes in
      let rest = UnsafeRawBufferPointer(rebasing: bytes[(index == part ? offset : 0)...])
      if let start = rest.baseAddress, !rest.isEmpty {
        let address = UnsafeMutableRawPointer(mutating: start)
        vectors.append(iovec(iov_base: address, iov_len: rest.count))
      }
      return add(index + 1, to: &vectors, body)
    }
  }

  private mutating func skipEmpty() {
    while part < parts.count, offset == parts[part].count {
      part += 1
      offset = 0
    }
  }
}
