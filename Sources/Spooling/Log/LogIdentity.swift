/// Tells the groups of one log from those of any other, and from what a sender made look like one:
/// 16 random bytes.
struct LogIdentity: Sendable, Equatable {
  static let count = 16
  let bytes: [UInt8]

  init() { bytes = (0..<Self.count).map { _ in .random(in: 0...255) } }

  init(bytes: some Collection<UInt8>) { self.bytes = Array(bytes) }
}
