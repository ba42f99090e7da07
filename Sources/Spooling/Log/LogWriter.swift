import Glibc

/// Appends groups: the writing end of an open log.
struct LogWriter {
  let folder: LogFolder
  let space: LogSpace
  private let identity: LogIdentity
  private let layout: LogLayout

  init(folder: LogFolder, space: LogSpace, identity: LogIdentity, layout: LogLayout) {
    self.folder = folder
    self.space = space
    self.identity = identity
    self.layout = layout
  }

  /// A commit that may be written.
  struct Ready {
    let pending: PendingCommit
    let placed: [SpoolSet.Placed]
  }

  /// A group that is written, and not flushed.
  struct Written {
    let sequence: UInt64
    fileprivate let segment: LogSegment
  }

  /// How an attempt to append ended.
  enum Outcome {
    /// The first `count` commits are written.
    case written(Written, count: Int)
    case full
    case failed(SystemError)
  }

  /// Writes as many of these commits as go into one group. The device begins with it at once, so that
  /// there is time for something else until it is flushed.
  func append(_ ready: ArraySlice<Ready>) -> Outcome {
    let (records, count) = records(of: ready)
    guard let place = space.take(LogLayout.padded(records.count)) else { return .full }
    let group = LogGroup.seal(records, count: count, sequence: place.sequence, log: identity)
    do {
      try place.segment.file.write(group, at: place.offset)
    } catch {
      distrust(error)
      return .failed(error)
    }
    place.segment.file.begin(group.count, at: place.offset)
    return .written(Written(sequence: place.sequence, segment: place.segment), count: count)
  }

  /// A group that was written is on the device afterwards.
  func flush(_ group: Written) throws(SystemError) {
    do {
      try group.segment.file.flush()
    } catch {
      distrust(error)
      throw error
    }
    // While this was flushed, another may have been told that the file system lost something.
    if folder.volume.distrust != nil { throw SystemError(.fdatasync, EIO) }
  }

  private func distrust(_ error: SystemError) {
    if error.isDistrust { folder.volume.distrust("the write-ahead log: \(error)") }
  }

  private func records(of ready: ArraySlice<Ready>) -> (bytes: [UInt8], count: Int) {
    var log = ByteWriter()
    log.reserve(LogLayout.block)
    log.pad(to: LogGroup.headBytes)
    var count = 0
    for one in ready {
      // Whatever is let in fits into what is left.
      if log.bytes.count > layout.segmentBytes - layout.largestCommit { break }
      LogRecord.append(one.pending.commit, to: &log)
      count += 1
    }
    return (log.bytes, count)
  }
}
