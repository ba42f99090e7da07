/// A file that lies in `tmp/` and goes to its place from there.
struct StagedFile: Sendable {
  let spool: Spool
  let place: SpoolDirectory
  let name: String

  /// Whether it says why another one is in `failed/`.
  var isReason: Bool { place == .failed && TaskName.isReason(name) }

  func move(to target: Directory) throws(SpoolError) {
    try spool.attempt { () throws(SystemError) in try spool.tmp.move(name, to: target) }
  }
}
