/// A file on its way into a spool: created in `tmp/`, written, flushed, closed, moved. Each step says
/// what its failure means in the spool.
final class SpoolFile {
  let staged: StagedFile
  private var parts: [[UInt8]]
  private var descriptor: Descriptor?
  private var isInTmp = false

  /// - Parameter place: where it goes.
  init(in spool: Spool, to place: SpoolDirectory, name: String, parts: [[UInt8]]) {
    staged = StagedFile(spool: spool, place: place, name: name)
    self.parts = parts
  }

  private var spool: Spool { staged.spool }
  private var name: String { staged.name }
  private var fileSystem: any FileSystem { spool.tmp.fileSystem }

  func write() throws(SpoolError) {
    try spool.attempt { () throws(SystemError) in
      let descriptor = try spool.tmp.create(name, mode: spool.fileMode)
      self.descriptor = descriptor
      isInTmp = true
      try fileSystem.write(parts, to: descriptor)
    }
  }

  /// Removes what an earlier attempt left under its name.
  func removeRemains() throws(SpoolError) {
    try spool.attempt { () throws(SystemError) in
      if try spool.tmp.exists(name) { try spool.tmp.unlink(name) }
    }
  }

  /// Its content is on the device afterwards. Once only: after a failure, a second flush can lie.
  func flush() throws(SpoolError) {
    guard let descriptor else { return }
    try spool.attempt { () throws(SystemError) in try fileSystem.flush(descriptor) }
  }

  func close() throws(SpoolError) {
    guard let descriptor else { return }
    self.descriptor = nil
    parts = []
    try spool.attempt { () throws(SystemError) in try fileSystem.close(descriptor) }
  }

  func move(into targets: SpoolTargets) throws(SpoolError) {
    try targets.move(staged)
    isInTmp = false
  }

  /// The same, but where a file of its name is there: that is this one, from an attempt before.
  func moveIfMissing(into targets: SpoolTargets) throws(SpoolError) {
    if try targets.moveIfMissing(staged) { isInTmp = false } else { discard() }
  }

  /// Removes what there is of it in `tmp/`, if that can be done.
  func discard() {
    if let descriptor { try? fileSystem.close(descriptor) }
    descriptor = nil
    if isInTmp { try? spool.tmp.unlink(name) }
    isInTmp = false
  }
}

extension SpoolFile {
  /// The file of an entry.
  convenience init(_ entry: Commit.Entry, in spool: Spool) {
    self.init(
      in: spool, to: entry.place == .new ? .new : .failed, name: TaskName.task(entry),
      parts: entry.parts)
  }

  /// The files of an entry, in the order in which they have to be in their places.
  static func files(of entry: Commit.Entry, in spool: Spool) -> [SpoolFile] {
    [SpoolFile(reasonOf: entry, in: spool), SpoolFile(entry, in: spool)].compactMap { $0 }
  }

  /// The file that goes beside an entry in `failed/`; nil for any other.
  convenience init?(reasonOf entry: Commit.Entry, in spool: Spool) {
    guard case .failed(let reason) = entry.place else { return nil }
    self.init(
      in: spool, to: .failed, name: TaskName.reason(entry), parts: [Array("\(reason)\n".utf8)])
  }
}
