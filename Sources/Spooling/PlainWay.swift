/// Writing tasks the plain way: when this returns, every one of them is on the device, whole, and in
/// its place.
enum PlainWay {
  /// How many files are open at once.
  private static let most = 64

  static func write(_ entries: [(entry: Commit.Entry, spool: Spool)]) throws(SpoolError) {
    // Durable before its task is there at all: nothing in failed/ lacks its reason.
    try put(entries.compactMap { SpoolFile(reasonOf: $0.entry, in: $0.spool) })
    try put(entries.filter { !$0.entry.isState }.map { SpoolFile($0.entry, in: $0.spool) })
    // A replay key that outlived its tasks would have the sender's next attempt taken for a copy.
    try put(entries.filter(\.entry.isState).map { SpoolFile($0.entry, in: $0.spool) })
    // While these were flushed, another may have been told that the file system lost something.
    for (_, spool) in entries { try spool.volume.requireTrust(for: spool.identifier) }
  }

  private static func put(_ files: [SpoolFile]) throws(SpoolError) {
    if files.isEmpty { return }
    do {
      let targets = try SpoolTargets(of: files.map(\.staged))
      for start in stride(from: 0, to: files.count, by: most) {
        let some = files[start...].prefix(most)
        // All are written before the first is flushed: the system takes them to the device together.
        for file in some { try file.write() }
        for file in some { try file.flush() }
        for file in some { try file.close() }
      }
      for file in files { try file.move(into: targets) }
      try targets.flush()
    } catch {
      for file in files { file.discard() }
      throw error
    }
  }
}
