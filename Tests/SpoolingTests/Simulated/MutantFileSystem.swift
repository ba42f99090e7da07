import Bytes

@testable import Spooling

/// A file system that leaves out or delays one flush of the commit, and claims that it was made.
/// The crash tests must notice.
final class MutantFileSystem: WrappedFileSystem {
  enum Mutation: CaseIterable {
    case noFileFlush, noNewFlush, noFailedFlush, noFlushBetweenReasonAndTask, noSpoolFlush
    case noRootFlush, noFlushAboveRoot, fileFlushAfterRename
    case noLogFlush, noFileSystemFlush, noLogFolderFlush, noStateFlush

    /// The mutations that the plain way must not survive.
    static let plain: [Mutation] = [
      .noFileFlush, .noNewFlush, .noFailedFlush, .noFlushBetweenReasonAndTask, .noSpoolFlush,
      .noRootFlush, .noFlushAboveRoot, .fileFlushAfterRename,
    ]
    /// The mutations that the log must not survive. Its publisher flushes the whole file system,
    /// and so makes the other flushes up.
    static let ofLog: [Mutation] = [
      .noNewFlush, .noFailedFlush, .noLogFlush, .noFileSystemFlush, .noLogFolderFlush,
      .noStateFlush,
    ]
  }

  private struct State {
    var directories: [Descriptor: String] = [:]
    var postponed: [Descriptor] = []
    var failedFlushes = 0
  }
  private let state = Mutex(State())
  let base: any FileSystem
  private let mutation: Mutation

  init(_ base: any FileSystem, _ mutation: Mutation) {
    self.base = base
    self.mutation = mutation
  }

  func openDirectory(
    _ name: String, in parent: Descriptor?
  ) throws(SystemError) -> Descriptor {
    let descriptor = try base.openDirectory(name, in: parent)
    state.withLock { $0.directories[descriptor] = name }
    return descriptor
  }

  func flush(_ descriptor: Descriptor) throws(SystemError) {
    let directory = state.withLock { $0.directories[descriptor] }
    if !drops(directory) { return try flushNow(descriptor, isDirectory: directory != nil) }
  }

  func flushData(_ file: Descriptor) throws(SystemError) {
    if mutation != .noLogFlush { try base.flushData(file) }
  }

  func flushFileSystem(of directory: Descriptor) throws(SystemError) {
    if mutation != .noFileSystemFlush { try base.flushFileSystem(of: directory) }
  }

  func close(_ descriptor: Descriptor) throws(SystemError) {
    if !state.withLock({ $0.postponed.contains(descriptor) }) { try base.close(descriptor) }
  }

  private func drops(_ directory: String?) -> Bool {
    switch mutation {
    case .noFileFlush: directory == nil
    case .noNewFlush: directory == "new"
    case .noFailedFlush: directory == "failed"
    case .noFlushBetweenReasonAndTask:
      directory == "failed"
        && state.withLock { state in
          state.failedFlushes += 1
          return state.failedFlushes % 2 == 1
        }
    case .noSpoolFlush: directory == "a"
    case .noRootFlush: directory == Scenario.root
    case .noFlushAboveRoot: directory == ".."
    case .noLogFolderFlush: directory == "wal"
    case .noStateFlush: directory == "/state"
    case .fileFlushAfterRename, .noLogFlush, .noFileSystemFlush: false
    }
  }

  private func flushNow(_ descriptor: Descriptor, isDirectory: Bool) throws(SystemError) {
    guard mutation == .fileFlushAfterRename else { return try base.flush(descriptor) }
    if !isDirectory { return state.withLock { $0.postponed.append(descriptor) } }
    try base.flush(descriptor)
    let postponed = state.withLock { state in
      defer { state.postponed = [] }
      return state.postponed
    }
    for file in postponed {
      try base.flush(file)
      try base.close(file)
    }
  }
}
