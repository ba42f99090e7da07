/// Moves files that were written into `tmp/` and not flushed into their places, those of many commits
/// together: when this returns, all are on the device, whole, and where importers find them.
enum Publication {
  /// - Parameter files: in the order in which they were written.
  static func publish(_ files: [StagedFile]) throws(SpoolError) {
    try flushFileSystems(of: files)
    // Durable before its task is there at all: nothing in failed/ lacks its reason.
    try move(files.filter(\.isReason))
    try move(files.filter { !$0.isReason })
    for file in files { try file.spool.volume.requireTrust(for: file.spool.identifier) }
  }

  /// The spool of the first file of each was open before any of its files was written, so that its
  /// flush hears of every failure since.
  private static func flushFileSystems(of files: [StagedFile]) throws(SpoolError) {
    var flushed: [Volume] = []
    for file in files where !flushed.contains(where: { $0 === file.spool.volume }) {
      try file.spool.attempt { () throws(SystemError) in
        try file.spool.directory.flushFileSystem()
      }
      flushed.append(file.spool.volume)
    }
  }

  private static func move(_ files: [StagedFile]) throws(SpoolError) {
    if files.isEmpty { return }
    let targets = try SpoolTargets(of: files)
    for file in files { try targets.move(file) }
    try targets.flush()
  }
}
