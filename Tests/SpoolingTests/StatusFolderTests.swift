import Foundation
import Testing

@testable import Harness
@testable import Spooling

@Suite struct StatusFolderTests {
  private let folder: Folder

  init() throws { folder = try Folder(named: "spooling") }

  @Test func `a file is replaced whole, and what a killed process left is taken away`() throws {
    let status = StatusFolder(state: folder.path)
    #expect(status.read("serve") == nil)
    try status.put(Array("first".utf8), of: "serve")
    try folder.write("half of the sec", to: "status/.serve.json.new")
    try status.put(Array("second".utf8), of: "serve")
    try status.put(Array("third".utf8), of: "drain-stock")
    #expect(status.read("serve") == Array("second".utf8))
    let names = try FileManager.default.contentsOfDirectory(atPath: status.path)
    #expect(names.sorted() == ["drain-stock.json", "serve.json"])
  }

  @Test func `no link is followed, neither in place of a file nor of the folder`() throws {
    let status = StatusFolder(state: folder.path)
    try status.put(Array("{}".utf8), of: "serve")
    #expect(symlink("serve.json", "\(status.path)/postprocess.json") == 0)
    #expect(status.read("postprocess") == nil)
    #expect(rename(status.path, "\(folder.path)/elsewhere") == 0)
    #expect(symlink("elsewhere", status.path) == 0)
    #expect(status.read("serve") == nil)
  }

  @Test func `a file that is larger than what is read of it is not read at all`() throws {
    let status = StatusFolder(state: folder.path)
    try status.put(Array("{}".utf8), of: "serve")
    #expect(status.read("serve", limit: 2) == Array("{}".utf8))
    #expect(status.read("serve", limit: 1) == nil)
    #expect(truncate("\(status.path)/serve.json", 1 << 40) == 0)
    #expect(status.read("serve") == nil)
  }

  @Test func `a signal is sent to a process of the file's owner, and to nobody else`() throws {
    let status = StatusFolder(state: folder.path)
    let mine = try Child("sleep", ["600"], log: folder("sleeper.log"))
    defer { mine.stop() }
    // Signal 0 only asks whether a signal could be sent.
    func signal(_ process: Int32) -> StatusFolder.SignalError? {
      do throws(StatusFolder.SignalError) {
        try? status.put(Array("{\"process\":\(process)}".utf8), of: "postprocess")
        try status.signal(0, to: "postprocess")
        return nil
      } catch { return error }
    }
    #expect(signal(mine.pid) == nil)
    // The numbers mean a group, every process, and processes of the system.
    for process: Int32 in [0, 1] { #expect(signal(process) == .stranger(process: process)) }
    for process: Int32 in [-1, -mine.pid] { #expect(signal(process) == .unnamed) }
    #expect(signal(.max) == .stranger(process: .max))
    try status.put(Array("[]".utf8), of: "postprocess")
    #expect(throws: StatusFolder.SignalError.unnamed) { try status.signal(0, to: "postprocess") }
    #expect(throws: StatusFolder.SignalError.unnamed) { try status.signal(0, to: "nobody") }
  }

  @Test(.enabled(if: geteuid() == 0, "only root may signal others' processes"))
  func `root signals no process of another user than the one who wrote the file`() throws {
    let status = StatusFolder(state: folder.path)
    let nobody: uid_t = 65534
    let (mine, theirs) = (try sleeper(as: 0), try sleeper(as: nobody))
    defer { for sleeper in [mine, theirs] { sleeper.stop() } }
    for sleeper in [mine, theirs] {
      try status.put(Array("{\"process\":\(sleeper.pid)}".utf8), of: "postprocess")
      #expect(chown("\(status.path)/postprocess.json", nobody, nobody) == 0)
      if sleeper.pid == mine.pid {
        #expect(throws: StatusFolder.SignalError.stranger(process: mine.pid)) {
          try status.signal(SIGTERM, to: "postprocess")
        }
      } else {
        try status.signal(SIGTERM, to: "postprocess")
        #expect(theirs.wait() == -SIGTERM)
      }
    }
    #expect(mine.isRunning)
  }

  /// Starts a process of a user that does nothing.
  private func sleeper(as user: uid_t) throws -> Child {
    let words = ["--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", "sleep", "600"]
    let sleeper = try Child("setpriv", words, log: folder("sleeper.log"))
    // The process has changed its user once it runs sleep.
    try until("it sleeps") {
      (try? String(contentsOfFile: "/proc/\(sleeper.pid)/comm", encoding: .utf8)) == "sleep\n"
    }
    return sleeper
  }

  @Test func `where it can't be written, that is an error and the old file stays`() throws {
    try folder.write("", to: "status")
    #expect(throws: SystemError.self) {
      try StatusFolder(state: folder.path).put([], of: "serve")
    }
  }
}
