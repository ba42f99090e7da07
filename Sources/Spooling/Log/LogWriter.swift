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

  /// A commit whose files lie in `tmp/`.
  struct Staged {
    let pending: PendingCommit
    let files: [SpoolFile]

    func discard() {
      for file in files { file.discard() }
    }
  }

  /// How an attempt to append ended.
  enum Outcome {
    /// The first `count` commits are on the device.
    case appended(LoggedGroup, count: Int)
    case full
    case failed(SystemError)
  }

  /// Makes as many of these commits durable as go into one group.
  func append(_ staged: ArraySlice<Staged>) -> Outcome {
    let (records, count) = records(of: staged)
    guard let place = space.take(LogLayout.padded(records.count)) else { return .full }
    let group = LogGroup.seal(records, count: count, sequence: place.sequence, log: identity)
    do {
      try place.segment.file.write(group, at: place.offset)
      try place.segment.file.flush()
    } catch {
      if error.isDistrust { folder.volume.distrust("the write-ahead log: \(error)") }
      return .failed(error)
    }
    // While this was flushed, another may have been told that the file system lost something.
    if folder.volume.distrust != nil { return .failed(SystemError(.fdatasync, EIO)) }
    let files = staged.prefix(count).flatMap { $0.files.map(\.staged) }
    return .appended(LoggedGroup(sequence: place.sequence, files: files), count: count)
  }

  private func records(of staged: ArraySlice<Staged>) -> (bytes: [UInt8], count: Int) {
    var log = ByteWriter()
    log.reserve(LogLayout.block)
    log.pad(to: LogGroup.headBytes)
    var count = 0
    for one in staged {
      // Whatever is let in fits into what is left.
      if log.bytes.count > layout.segmentBytes - layout.largestCommit { break }
      LogRecord.append(one.pending.commit, to: &log)
      count += 1
    }
    return (log.bytes, count)
  }
}
