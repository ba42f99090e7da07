import Glibc

/// The steps of the log's thread with the commits that it has taken: place, append, flush, hand
/// over, end.
extension WriteAheadLog {
  /// Returns the commits that may be written now and those that have to wait, and ends those that
  /// are late or refused.
  func place(_ batch: [PendingCommit]) -> (ready: [PendingCommit], later: [PendingCommit]) {
    let now = ContinuousClock.now
    var (ready, later): ([PendingCommit], [PendingCommit]) = ([], [])
    for pending in batch {
      guard now < pending.deadline else {
        pending.end(.failure(.deadline))
        continue
      }
      do throws(SpoolError) {
        if try isAdmitted(pending.commit, now) {
          ready.append(pending)
        } else {
          later.append(pending)
        }
      } catch {
        pending.end(.failure(error))
      }
    }
    return (ready, later)
  }

  /// Whether a commit may be written now.
  ///
  /// - Returns: false if one of its spools has to publish something first.
  private func isAdmitted(
    _ commit: Commit, _ now: ContinuousClock.Instant
  ) throws(SpoolError) -> Bool {
    var isAdmitted = true
    var last: SpoolID?
    for entry in commit.entries where entry.spool != last {
      last = entry.spool
      try set.requireRoom(in: entry.spool, isPlain: false)
      switch unpublished.admission(to: entry.spool, now) {
      case .yes: break
      case .later: isAdmitted = false
      case .no(let error): throw error
      }
    }
    return isAdmitted
  }

  /// Appends commits to the log, flushes them, hands their tasks over, and ends them.
  ///
  /// - Returns: the commits that have to wait.
  func write(
    _ batch: (ready: [PendingCommit], later: [PendingCommit]), to open: Open
  ) -> [PendingCommit] {
    var rest = batch.ready[...]
    while !rest.isEmpty {
      if open.volume.losses != open.losses {
        // Another call on the file system has failed: the files are opened anew first.
        events.onFailure()
        return rest + batch.later
      }
      let (records, count) = records(of: rest)
      guard let place = open.space.take(WALLayout.padded(records.count)) else {
        // The log is full, because publishing is slower than the deliveries come.
        events.onScarcity()
        return rest + batch.later
      }
      let commits = rest.prefix(count)
      rest = rest.dropFirst(count)
      do throws(SystemError) {
        let bytes = try flush(records, count, at: place, of: open)
        handOver(commits, at: place, bytes, of: open)
      } catch {
        fail(Array(commits) + rest, error, at: place, of: open)
        return batch.later
      }
      if open.space.isScarce { events.onScarcity() }
      // One answer is quick. Several are given while the next group is written.
      if commits.count > 1 { answers.end(commits) } else { commits.first?.end(.success(())) }
    }
    return batch.later
  }

  /// Returns the bytes of as many of these commits as fit into one group.
  private func records(of ready: ArraySlice<PendingCommit>) -> (bytes: [UInt8], count: Int) {
    var log = ByteWriter()
    log.reserve(WALLayout.block)
    log.pad(to: WALGroup.headBytes)
    var count = 0
    for one in ready {
      // A commit has at most `largestCommit` bytes, so that each one fits into the rest.
      if count > 0, log.bytes.count > layout.segmentBytes - layout.largestCommit { break }
      WALRecord.append(one.commit, to: &log)
      count += 1
    }
    return (log.bytes, count)
  }

  /// Writes and flushes a group.
  ///
  /// - Returns: the length of the group in bytes.
  private func flush(
    _ records: [UInt8], _ count: Int, at place: WALSpace.Place, of open: Open
  ) throws(SystemError) -> Int {
    let group = WALGroup.seal(records, count: count, sequence: place.sequence, log: open.identity)
    try place.segment.file.write(group, at: place.offset)
    let begun = ContinuousClock.now
    try place.segment.file.flush()
    flushTimes.note(.now - begun)
    // While this group was flushed, another thread may have learned that the file system lost
    // writes.
    if open.volume.losses != open.losses { throw SystemError(.fdatasync, EIO) }
    return group.count
  }

  private func handOver(
    _ commits: ArraySlice<PendingCommit>, at place: WALSpace.Place, _ bytes: Int, of open: Open
  ) {
    let logged = WALPlace(
      segment: place.segment, offset: place.offset, bytes: bytes, sequence: place.sequence,
      log: open.identity)
    let isKept = unpublished.hasMemory(for: bytes)
    let now = ContinuousClock.now
    let tasks = commits.flatMap(\.commit.entries).enumerated().map { index, entry in
      LoggedTask(
        entry, sequence: place.sequence, since: now,
        isKept ? .memory(entry) : .log(logged, index: index))
    }
    events.onWork(unpublished.add(place.sequence, tasks))
  }

  /// Ends commits whose flush has failed. The segment gets no further group, and nothing is
  /// acknowledged until a probe has succeeded.
  ///
  /// The next start may find what was written, and publishes it then although it was refused.
  private func fail(
    _ commits: [PendingCommit], _ error: SystemError, at place: WALSpace.Place, of open: Open
  ) {
    if error.isDistrust { open.volume.distrust("the write-ahead log: \(error)") }
    open.space.abandon()
    unpublished.add(place.sequence, [])
    suspend(.log(error))
    events.onFailure()
    for commit in commits { commit.end(.failure(.log(error))) }
  }
}
