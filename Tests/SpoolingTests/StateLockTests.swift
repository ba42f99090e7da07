import Foundation
import Testing

@testable import Harness
@testable import Spooling

@Suite struct StateLockTests {
  @Test func `one process at a time has the state, and the next one when it is gone`() throws {
    let folder = try Folder(named: "spooling")
    var first: StateLock? = try StateLock(state: folder.path)
    let path = "\(folder.path)/lock"
    #expect(throws: StateLockError.held(path: path)) { try StateLock(state: folder.path) }
    #expect(first != nil)
    first = nil
    _ = try StateLock(state: folder.path)
  }

  @Test func `a lock that can't be taken says why`() throws {
    let folder = try Folder(named: "spooling")
    #expect(symlink("elsewhere", "\(folder.path)/lock") == 0)
    let link = StateLockError.failed(SystemError(.openat, ELOOP), path: "\(folder.path)/lock")
    #expect(throws: link) { try StateLock(state: folder.path) }
    let nowhere = "\(folder.path)/none"
    let missing = StateLockError.failed(SystemError(.openat, ENOENT), path: "\(nowhere)/lock")
    #expect(throws: missing) { try StateLock(state: nowhere) }
    #expect("\(missing)" == "\(nowhere)/lock: openat: No such file or directory")
  }
}
