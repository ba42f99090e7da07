import FastCGI
import Foundation
import Glibc
import Testing

@testable import Harness

/// Sockets that are made here, and sockets that are taken over.
@Suite struct ListeningSocketTests {
  private let home: Folder
  private var folder: String { home.path }
  private var path: String { folder + "/s" }

  init() throws { home = try Folder(named: "socket") }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    lstat(path, &status)
    return status.st_mode
  }

  @Test(arguments: [0o660, 0o600, 0o666])
  func `the mode is what was asked for, whatever the umask`(mode: mode_t) throws {
    let socket = try ListeningSocket.make(path: path, mode: mode)
    #expect(self.mode(path) == S_IFSOCK | mode)
    socket.close()
  }

  @Test func `the group is what was asked for`() throws {
    let group = geteuid() == 0 ? 4_242 : getegid()
    let socket = try ListeningSocket.make(path: path, group: group)
    var status = stat()
    lstat(path, &status)
    #expect(status.st_gid == group)
    #expect(status.st_uid == geteuid())
    #expect(self.mode(path) == S_IFSOCK | 0o660)
    socket.close()
  }

  @Test func `it listens, and is gone when it is closed`() throws {
    let socket = try ListeningSocket.make(path: path)
    _ = try FastCGIClient(path: path)
    socket.close()
    socket.close()
    #expect(access(path, F_OK) != 0)
  }

  @Test func `a stale socket is replaced`() throws {
    let stale = try ListeningSocket.make(path: path)
    rename(path, folder + "/kept")
    stale.close()
    rename(folder + "/kept", path)
    #expect(access(path, F_OK) == 0)
    let socket = try ListeningSocket.make(path: path)
    _ = try FastCGIClient(path: path)
    socket.close()
  }

  @Test func `a socket that somebody listens on is left alone`() throws {
    let other = try ListeningSocket.make(path: path)
    #expect(throws: SocketError.inUse(path)) { try ListeningSocket.make(path: path) }
    _ = try FastCGIClient(path: path)
    other.close()
  }

  @Test func `a socket whose backlog is full is in use`() throws {
    let other = try ListeningSocket.make(path: path, backlog: 0)
    let waiting = try FastCGIClient(path: path)
    #expect(throws: SocketError.inUse(path)) { try ListeningSocket.make(path: path) }
    withExtendedLifetime(waiting) {}
    other.close()
  }

  @Test func `a file that isn't a socket is left alone`() throws {
    try Data("precious".utf8).write(to: URL(filePath: path))
    #expect(throws: SocketError.notASocket(path)) { try ListeningSocket.make(path: path) }
    #expect(try Data(contentsOf: URL(filePath: path)) == Data("precious".utf8))
    symlink(path, folder + "/link")
    #expect(throws: SocketError.notASocket(folder + "/link")) {
      try ListeningSocket.make(path: folder + "/link")
    }
  }

  @Test func `a path that does not fit is refused, and the longest that fits is not`() throws {
    let longest = folder + "/" + String(repeating: "l", count: 107 - folder.utf8.count - 1)
    #expect(ListeningSocket.longestPath == 107)
    let socket = try ListeningSocket.make(path: longest)
    _ = try FastCGIClient(path: longest)
    socket.close()
    for bad in [longest + "l", "", folder + "/a\u{0}b"] {
      #expect(throws: SocketError.badPath(bad, limit: 107)) {
        try ListeningSocket.make(path: bad)
      }
    }
  }

  @Test func `a folder that is not there is an error that names it`() throws {
    let error = #expect(throws: SocketError.self) {
      try ListeningSocket.make(path: folder + "/no/s")
    }
    #expect(error?.description == "open \(folder)/no: No such file or directory")
  }

  @Test func `closing does not remove what has taken the path since`() throws {
    let socket = try ListeningSocket.make(path: path)
    unlink(path)
    try Data().write(to: URL(filePath: path))
    socket.close()
    #expect(access(path, F_OK) == 0)
  }

  @Test func `an adopted socket keeps its path`() throws {
    let made = try ListeningSocket.make(path: path)
    let adopted = try ListeningSocket.adopt(dup(made.descriptor))
    adopted.retire()
    adopted.close()
    _ = try FastCGIClient(path: path)
    made.close()
  }

  @Test func `only a listening Unix stream socket is adopted`() throws {
    let stream = Int32(SOCK_STREAM.rawValue)
    let file = open("/dev/null", O_RDONLY)
    let unbound = socket(AF_UNIX, stream, 0)
    let datagrams = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    let internet = socket(AF_INET, stream, 0)
    listen(internet, 1)
    var pair: [Int32] = [-1, -1]
    socketpair(AF_UNIX, stream, 0, &pair)
    let descriptors = [file, unbound, datagrams, internet, pair[0], pair[1]]
    for descriptor in descriptors + [9_999_999, -1] {
      #expect(throws: SocketError.notListening(descriptor)) {
        try ListeningSocket.adopt(descriptor)
      }
    }
    for descriptor in descriptors { close(descriptor) }
  }
}
