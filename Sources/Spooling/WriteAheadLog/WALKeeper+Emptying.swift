/// Clearing the log of what is published or set aside.
extension WALKeeper {
  /// Moves the checkpoint on, and clears the segments behind it.
  func advance(_ opened: inout Opened?) throws(SystemError) {
    guard let open = opened?.open else { return }
    let published = unpublished.published
    let emptied = open.space.emptied(through: published)
    opened?.emptied += emptied
    let clearing = opened?.emptied ?? []
    guard var checkpoint = opened?.checkpoint.latest,
      published > checkpoint.published || !clearing.isEmpty
    else { return try grow(&opened, for: 0) }
    checkpoint.published = max(checkpoint.published, published)
    checkpoint.recycled = clearing.map(\.name)
    // The checkpoint is durable before the segments are cleared. Otherwise the groups that are
    // missing in them would seem lost.
    try opened?.checkpoint.write(checkpoint)
    for segment in clearing {
      try opened?.folder.clear(segment)
      opened?.emptied.removeAll { $0.name == segment.name }
      open.space.add(free: segment)
    }
    if !clearing.isEmpty { log.retry() }
    try grow(&opened, for: clearing.count)
  }

  /// Makes segments until there is room for twice as much as was used up since the last time.
  private func grow(_ opened: inout Opened?, for used: Int) throws(SystemError) {
    guard let space = opened?.open.space else { return }
    while space.isScarce || space.freeSegments < 2 * used,
      let taken = opened?.segments, taken.count < layout.mostSegments
    {
      let name = WALSegment.name(besides: taken)
      do {
        if let segment = try opened?.folder.makeSegment(name) { space.add(free: segment) }
        opened?.segments.insert(name)
        log.retry()
      } catch {
        // The disk has no room for more: the log goes on with the segments that it has.
        if !error.isFull || error.call == .fsync { throw error }
        return
      }
    }
  }

  /// Sets aside the tasks of stuck spools, or those of all spools.
  ///
  /// - Returns: false if that fails.
  func setAside(_ opened: Opened?, isLast: Bool) -> Bool {
    guard let opened else { return true }
    let isScarce = opened.open.space.isScarce
    while let batch = unpublished.beginSettingAside(isScarce: isScarce, isLast: isLast, .now) {
      do throws(SpoolError) {
        let entries: [Commit.Entry]
        do { entries = try LoggedTask.entries(of: batch.tasks) } catch { throw .log(error) }
        try opened.aside.add(entries, of: batch.spool)
      } catch {
        _ = unpublished.endSettingAside(batch, isDone: false)
        state.withLock { $0.problem = "what can't be published can't be set aside: \(error)" }
        return false
      }
      let published = unpublished.endSettingAside(batch, isDone: true)
      try? opened.aside.remove(published.map(\.name), of: batch.spool)
    }
    return true
  }
}
