import Foundation
import Testing

@testable import Spooling

@Suite struct StatusFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

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
    let mine = try Sleeper(as: geteuid())
    defer { mine.end() }
    // Signal 0 only asks whether a signal could be sent.
    func signal(_ process: Int32) -> StatusFolder.SignalError? {
      do throws(StatusFolder.SignalError) {
        try? status.put(Array("{\"process\":\(process)}".utf8), of: "postprocess")
        try status.signal(0, to: "postprocess")
        return nil
      } catch { return error }
    }
    #expect(signal(mine.process) == nil)
    // The numbers mean a group, every process, and processes of the system.
    for process: Int32 in [0, 1] { #expect(signal(process) == .stranger(process: process)) }
    for process: Int32 in [-1, -mine.process] { #expect(signal(process) == .unnamed) }
    #expect(signal(.max) == .stranger(process: .max))
    try status.put(Array("[]".utf8), of: "postprocess")
    #expect(throws: StatusFolder.SignalError.unnamed) { try status.signal(0, to: "postprocess") }
    #expect(throws: StatusFolder.SignalError.unnamed) { try status.signal(0, to: "nobody") }
  }

  @Test(.enabled(if: geteuid() == 0, "only root may signal others' processes"))
  func `root signals no process of another user than the one who wrote the file`() throws {
    let status = StatusFolder(state: folder.path)
    let nobody: uid_t = 65534
    let (mine, theirs) = (try Sleeper(as: 0), try Sleeper(as: nobody))
    defer { for sleeper in [mine, theirs] { sleeper.end() } }
    for sleeper in [mine, theirs] {
      try status.put(Array("{\"process\":\(sleeper.process)}".utf8), of: "postprocess")
      #expect(chown("\(status.path)/postprocess.json", nobody, nobody) == 0)
      if sleeper.process == mine.process {
        #expect(throws: StatusFolder.SignalError.stranger(process: mine.process)) {
          try status.signal(SIGTERM, to: "postprocess")
        }
      } else {
        // SIGKILL can't be blocked. Other signals may be, by an earlier test in this thread.
        try status.signal(SIGKILL, to: "postprocess")
        #expect(theirs.wait() == SIGKILL)
      }
    }
    #expect(kill(mine.process, 0) == 0)
  }

  @Test func `where it can't be written, that is an error and the old file stays`() throws {
    try folder.write("", to: "status")
    #expect(throws: SystemError.self) {
      try StatusFolder(state: folder.path).put([], of: "serve")
    }
  }
}

/// A process of a user that does nothing.
private struct Sleeper {
  let process: Int32

  init(as user: uid_t) throws {
    let arguments =
      user == geteuid()
      ? ["sleep", "600"]
      : ["setpriv", "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", "sleep", "600"]
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    try #require(posix_spawnp(&process, words[0]!, nil, nil, &words, environ) == 0)
    self.process = process
    // The process has changed its user once it runs sleep.
    let name = "/proc/\(process)/comm"
    while (try? String(contentsOfFile: name, encoding: .utf8)) != "sleep\n" { usleep(1000) }
  }

  /// Waits for the process's end.
  ///
  /// - Returns: the signal that ended it.
  func wait() -> Int32 {
    var status: Int32 = 0
    waitpid(process, &status, 0)
    return status & 0x7f
  }

  func end() {
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }
}
