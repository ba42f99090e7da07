/// Emptying the log of what is published, or set aside.
extension WALKeeper {
  /// Moves the checkpoint on, and clears what is behind it.
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
    // Durable before they are cleared: else what is missing there would seem lost.
    try opened?.checkpoint.write(checkpoint)
    for segment in clearing {
      try opened?.folder.clear(segment)
      opened?.emptied.removeAll { $0.name == segment.name }
      open.space.add(free: segment)
    }
    if !clearing.isEmpty { log.retry() }
    try grow(&opened, for: clearing.count)
  }

  /// Sees to it that there is room for twice what came in the last time.
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
        // No room for more: those that there are go on.
        if !error.isFull || error.call == .fsync { throw error }
        return
      }
    }
  }

  /// Sets aside what is stuck, or everything.
  ///
  /// - Returns: false if that can't be done.
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
