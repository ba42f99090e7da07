/// How the log lies on the disk, and when what is in it is published.
struct WALLayout: Sendable {
  /// Groups begin and end at multiples of this, in bytes: what was acknowledged is never written again,
  /// not even as the rest of a block.
  static let block = 4096

  /// The length of a segment in bytes, a multiple of `block`, and of 64 KiB where it is longer.
  var segmentBytes = 1 << 20
  /// How many segments there are at most: `segmentBytes` times this is the bound on the log.
  var mostSegments = 64
  /// How many there are from the beginning, if not more than `mostSegments`: about as many as a burst fills
  /// before the log has grown.
  var fewestSegments = 8
  /// The largest commit that goes through the log, in bytes of all its files. It is written twice, so
  /// that a larger one is faster the plain way.
  var largestCommit = 256 << 10
  /// How long what was acknowledged may wait for others to be published with it, at most.
  var interval = Duration.milliseconds(200)
  /// It is published sooner where nothing more came for so long.
  var calm = Duration.milliseconds(5)
  /// How many tasks are published together at most.
  var mostPublished = 4096
  /// How many bytes are published together at most, but one task in any case.
  var mostPublishedBytes = 8 << 20
  /// How many bytes of tasks are kept in memory until they are published; those of others are read back
  /// from the log.
  var mostMemory = 8 << 20
  /// A spool whose tasks have made no progress for so long is stuck: deliveries that need it are refused once its share
  /// is used up, rather than wait. What is stuck is set aside where the log gets full. One flush of a slow device, of
  /// thousands of files, takes a second or more.
  var stuckAfter = Duration.seconds(3)
  /// What is stuck for so long is set aside in any case.
  var setAsideAfter = Duration.seconds(5)
  /// How long a start, or a reload, waits for spools that don't answer.
  var patience = Duration.seconds(2)
  /// The first pause after a failure to publish; it doubles with each, up to `longestPause`.
  var firstPause = Duration.seconds(1)
  var longestPause = Duration.seconds(10)
  /// How often what is set aside is counted anew, since administrators may drop some of it; less often where there is much.
  var asideLookEvery = Duration.seconds(2)

  /// How many bytes of a spool may wait to be published: a quarter of the log.
  var share: Int { segmentBytes * mostSegments / 4 }
  /// How many bytes may be set aside, of all spools: as many as the log has.
  var mostAside: Int { segmentBytes * mostSegments }

  /// A log of another size begins with half of its segments, and grows.
  mutating func use(_ size: WALSize) {
    segmentBytes = size.segmentBytes
    mostSegments = size.segments
    fewestSegments = max(1, size.segments / 2)
    largestCommit = min(largestCommit, segmentBytes / 2)
  }

  /// `count` rounded up to whole blocks.
  static func padded(_ count: Int) -> Int { (count + block - 1) / block * block }
}

/// How large the write-ahead log is at most.
public struct WALSize: Sendable {
  /// The length of each of its files, in bytes: a multiple of 64 KiB.
  public let segmentBytes: Int
  /// How many files there are at most, from 2.
  public let segments: Int

  public init(segmentBytes: Int, segments: Int) {
    self.segmentBytes = segmentBytes
    self.segments = segments
  }
}
