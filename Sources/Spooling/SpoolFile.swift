/// A file on its way into a spool: created in `tmp/`, written, flushed, closed, moved. Each step says
/// what its failure means in the spool.
final class SpoolFile {
  let spool: Spool
  let place: SpoolDirectory
  let name: String
  private let parts: [[UInt8]]
  private var descriptor: Descriptor?
  private var isInTmp = false

  /// - Parameter place: where it goes.
  init(in spool: Spool, to place: SpoolDirectory, name: String, parts: [[UInt8]]) {
    self.spool = spool
    self.place = place
    self.name = name
    self.parts = parts
  }

  private var fileSystem: any FileSystem { spool.tmp.fileSystem }

  func write() throws(SpoolError) {
    try spool.attempt { () throws(SystemError) in
      let descriptor = try spool.tmp.create(name, mode: spool.fileMode)
      self.descriptor = descriptor
      isInTmp = true
      try fileSystem.write(parts, to: descriptor)
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
    try spool.attempt { () throws(SystemError) in try fileSystem.close(descriptor) }
  }

  func move(to target: Directory) throws(SpoolError) {
    try spool.attempt { () throws(SystemError) in try spool.tmp.move(name, to: target) }
    isInTmp = false
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

  /// The file that goes beside an entry in `failed/`; nil for any other.
  convenience init?(reasonOf entry: Commit.Entry, in spool: Spool) {
    guard case .failed(let reason) = entry.place else { return nil }
    self.init(
      in: spool, to: .failed, name: TaskName.reason(entry), parts: [Array("\(reason)\n".utf8)])
  }
}
