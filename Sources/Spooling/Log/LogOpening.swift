/// The opening of a log: reads it, publishes what is in it, and makes it ready to be written to. What a
/// crash left and what a failure left are treated alike.
struct LogOpening {
  /// Segments that there are from the beginning: about as many as a burst fills before the log
  /// has grown.
  private static let fewest = 8

  private let layout: LogLayout
  private var checkpoint: Checkpoint
  private let contents: LogContents
  private var recovery: LogRecovery
  /// What can't be read, and where it is kept.
  let unreadable: [String]

  /// Reads the log, and keeps aside what in it can't be read.
  init(_ folder: LogFolder, layout: LogLayout) throws(SystemError) {
    self.layout = layout
    let file =
      try folder.directory.exists(Checkpoint.name)
      ? folder.read(Checkpoint.name, bytes: Checkpoint.fileBytes) : []
    if let latest = Checkpoint.latest(in: file) {
      checkpoint = latest
    } else {
      // Only what was never whole: segments are made after it. Or else they are of no known log.
      checkpoint = Checkpoint(log: LogIdentity())
    }
    contents = try LogContents(folder, after: checkpoint, layout: layout)
    recovery = LogRecovery(contents.pending)
    unreadable = try Self.keepAside(contents.damages, in: folder, layout: layout)
    if Checkpoint.latest(in: file) == nil { try folder.makeCheckpoint(checkpoint) }
  }

  /// Publishes what it can of what is not published.
  ///
  /// - Returns: why the rest can't be; empty if there is none.
  mutating func publish(in set: SpoolSet) -> [SpoolError] { recovery.attempt(in: set) }

  /// How many files are not published.
  var unpublished: Int { recovery.entries.count }

  /// Clears the log, everything in which is published. Its folder is opened anew for that: meanwhile, the
  /// file system may have been unmounted and mended.
  mutating func clear(_ folder: LogFolder) throws(SystemError) -> (LogWriter, LogProgress) {
    checkpoint.number += 1
    checkpoint.published = contents.last
    checkpoint.recycled = contents.used
    let file = try folder.checkpointFile()
    try file.write(checkpoint.slot, at: checkpoint.offset)
    try file.flush()
    let segments = try segments(in: folder)
    let space = LogSpace(
      segmentBytes: layout.segmentBytes, free: segments, last: contents.last)
    let progress = try LogProgress(
      folder: folder, space: space, checkpoint: checkpoint, segments: segments.count,
      layout: layout)
    let writer = LogWriter(
      folder: folder, space: space, identity: checkpoint.log, layout: layout)
    return (writer, progress)
  }

  /// All segments, of zeros.
  private func segments(in folder: LogFolder) throws(SystemError) -> [LogSegment] {
    let names = try folder.segmentNames()
    var segments: [LogSegment] = []
    for number in 0..<max(names.count, Self.fewest) {
      let name = LogSegment.name(number)
      if names.contains(name), !contents.used.contains(name) {
        segments.append(LogSegment(name: name, file: try folder.directory.file(name)))
      } else {
        segments.append(try folder.makeSegment(name))
      }
    }
    return segments
  }

  private static func keepAside(
    _ damages: [LogContents.Damage], in folder: LogFolder, layout: LogLayout
  ) throws(SystemError) -> [String] {
    var kept: [String: String] = [:]
    var words: [String] = []
    for damage in damages {
      if kept[damage.segment] == nil {
        let bytes = try folder.read(damage.segment, bytes: layout.segmentBytes)
        kept[damage.segment] = try folder.keepAside(bytes, of: damage.segment)
      }
      words.append("\(damage.segment): \(damage.words); kept as \(kept[damage.segment] ?? "")")
    }
    return words
  }
}
