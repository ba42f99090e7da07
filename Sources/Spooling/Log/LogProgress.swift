/// How far an open log is published: moves the checkpoint on, and clears what is behind it.
struct LogProgress: Sendable {
  let folder: LogFolder
  let space: LogSpace
  private let file: LogFile
  private let layout: LogLayout
  private var checkpoint: Checkpoint
  /// How many segments there are.
  private var segments: Int

  init(
    folder: LogFolder, space: LogSpace, checkpoint: Checkpoint, segments: Int, layout: LogLayout
  ) throws(SystemError) {
    self.folder = folder
    self.space = space
    self.checkpoint = checkpoint
    self.segments = segments
    self.layout = layout
    file = try folder.checkpointFile()
  }

  /// Everything up to this group is in its spools: the segments that hold nothing else are cleared, so
  /// that nobody reads in them what was delivered, and free again.
  mutating func advance(to sequence: UInt64) throws(SystemError) {
    let emptied = space.emptied(through: sequence)
    checkpoint.number += 1
    checkpoint.published = sequence
    checkpoint.recycled = emptied.map(\.name)
    // Durable before they are cleared: else what is missing there would seem lost.
    try file.write(checkpoint.slot, at: checkpoint.offset)
    try file.flush()
    for segment in emptied {
      try folder.clear(segment)
      space.add(free: segment)
    }
    try grow(for: emptied.count)
  }

  /// Sees to it that there is room for twice what came in the last time.
  private mutating func grow(for used: Int) throws(SystemError) {
    while space.isScarce || space.freeSegments < 2 * used, segments < layout.mostSegments {
      do {
        space.add(free: try folder.makeSegment(LogSegment.name(segments)))
        segments += 1
      } catch {
        // No room for more: those that there are go on.
        if !error.isFull || error.call == .fsync { throw error }
        return
      }
    }
  }
}
