/// The layout of the log on the disk, and the times and bounds of publishing.
struct WALLayout: Sendable {
  /// The block size in bytes. Groups begin and end at multiples of it, so that what was
  /// acknowledged is never written again, not even as the rest of a block.
  static let block = 4096

  /// The length of a segment in bytes: a multiple of `block`, and above 64 KiB a multiple of 64
  /// KiB.
  var segmentBytes = 1 << 20
  /// The most segments. This times `segmentBytes` is the bound on the log.
  var mostSegments = 64
  /// How many segments are made at the beginning, at most `mostSegments`: about as many as a burst
  /// fills before the log has grown.
  var fewestSegments = 8
  /// The largest commit that goes through the log, in bytes of all its files. The log's commits are
  /// written twice, so that a larger one is faster the plain way.
  var largestCommit = 256 << 10
  /// The longest that a task waits for others to be published with it.
  var interval = Duration.milliseconds(200)
  /// Tasks are published sooner if nothing more has come for this long.
  var calm = Duration.milliseconds(5)
  /// The most tasks that are published together.
  var mostPublished = 4096
  /// The most tasks that are published together while commits wait for that. Small portions make
  /// room sooner, and cost more flushes.
  var mostUrgent = 512
  /// The most bytes that are published together. A larger task is published alone.
  var mostPublishedBytes = 8 << 20
  /// The most bytes of tasks that are kept in memory until they are published. Other tasks are read
  /// back from the log.
  var mostMemory = 8 << 20
  /// A spool whose tasks have made no progress for this long is stuck. Deliveries that need it are
  /// refused once its share is used up, and don't wait. If the log gets full, its tasks are set
  /// aside. One flush of thousands of files takes a slow device a second or more.
  var stuckAfter = Duration.seconds(3)
  /// A spool that has been stuck for this long has its tasks set aside in any case.
  var setAsideAfter = Duration.seconds(5)
  /// How long a start or a reload waits for spools that don't answer.
  var patience = Duration.seconds(2)
  /// The pause after a first failure to publish. It doubles with each further one, up to
  /// `longestPause`.
  var firstPause = Duration.seconds(1)
  var longestPause = Duration.seconds(10)
  /// How often what is set aside is counted anew, since administrators may drop some of it. Large
  /// amounts are counted less often.
  var asideLookEvery = Duration.seconds(2)

  /// The most bytes of one spool that may wait to be published: a quarter of the log.
  var share: Int { segmentBytes * mostSegments / 4 }
  /// The most bytes that may be set aside, of all spools: as many as the log has.
  var mostAside: Int { segmentBytes * mostSegments }

  /// Sets the size of the log. It begins with half of its segments, and grows.
  mutating func use(_ size: WALSize) {
    segmentBytes = size.segmentBytes
    mostSegments = size.segments
    fewestSegments = max(1, size.segments / 2)
    largestCommit = min(largestCommit, segmentBytes / 2)
  }

  /// Returns `count` rounded up to whole blocks.
  static func padded(_ count: Int) -> Int { (count + block - 1) / block * block }
}

/// The largest size of the write-ahead log.
public struct WALSize: Sendable {
  /// The length of each of its files, in bytes: a multiple of 64 KiB.
  public let segmentBytes: Int
  /// The most files, at least 2.
  public let segments: Int

  /// Creates a size. Each argument is described at its property.
  public init(segmentBytes: Int, segments: Int) {
    self.segmentBytes = segmentBytes
    self.segments = segments
  }
}
