/// How the log lies on the disk.
struct LogLayout: Sendable {
  /// Groups begin and end at multiples of this, in bytes: what was acknowledged is never written again,
  /// not even as the rest of a block.
  static let block = 4096

  /// The length of a segment in bytes, a multiple of `block`, and of 64 KiB where it is longer.
  var segmentBytes = 1 << 20
  /// How many segments there are at most: `segmentBytes` times this is the bound on the log.
  var mostSegments = 64
  /// The largest commit that goes through the log, in bytes of all its files. It is written twice, so
  /// that a larger one is faster the plain way.
  var largestCommit = 256 << 10
  /// How long what was acknowledged may wait for others to be published with it.
  var interval = Duration.milliseconds(200)
  /// It is published sooner where nothing more came for so long.
  var calm = Duration.milliseconds(25)
  /// How many deliveries are published together at most.
  var mostPublished = 4096

  /// `count` rounded up to whole blocks.
  static func padded(_ count: Int) -> Int { (count + block - 1) / block * block }
}
