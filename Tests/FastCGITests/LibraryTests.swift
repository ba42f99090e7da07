import CFastCGI
import Glibc
import Testing

@testable import FastCGI
@testable import Harness

/// The parts of the installed library that the listener relies on: two public fields that no manual
/// mentions, and the fate of the connection in them.
@Suite struct LibraryTests {
  /// A library request at one end of a connection, and a web server at the other.
  private struct Pair {
    let request = UnsafeMutablePointer<FCGX_Request>.allocate(capacity: 1)
    let client: FastCGIClient
    let connection: Int32

    init() throws {
      try Library.prepare()
      var ends: [Int32] = [-1, -1]
      guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0
      else {
        throw FastCGIClient.Failure(what: "socketpair", errno: errno)
      }
      client = FastCGIClient(descriptor: ends[0])
      connection = ends[1]
      FCGX_InitRequest(request, -1, 0)
      lend()
    }

    func lend() {
      request.pointee.ipcFd = connection
      request.pointee.keepConnection = 1
      FCGX_Detach(request)
    }
  }

  @Test func `a connection in ipcFd is read, not accepted`() throws {
    let pair = try Pair()
    try pair.client.beginRequest([("A", "1")])
    try pair.client.endBody()
    #expect(FCGX_Accept_r(pair.request) == 0)
    #expect(pair.request.pointee.ipcFd == pair.connection)
    #expect(pair.request.pointee.keepConnection == 1, "the web server's wish")
    FCGX_Finish_r(pair.request)
    close(pair.connection)
  }

  @Test func `a kept connection stays open and serves the next request`() throws {
    let pair = try Pair()
    for _ in 0..<3 {
      try pair.client.beginRequest([("A", "1")])
      try pair.client.endBody()
      #expect(FCGX_Accept_r(pair.request) == 0)
      #expect(FCGX_GetChar(pair.request.pointee.in) == -1)
      FCGX_Finish_r(pair.request)
      #expect(pair.request.pointee.ipcFd == pair.connection)
      #expect(fcntl(pair.connection, F_GETFD) >= 0)
      #expect(try pair.client.reply().body.isEmpty)
      pair.request.pointee.ipcFd = -1
      pair.lend()
    }
    close(pair.connection)
  }

  @Test func `a connection is closed where keepConnection was taken back`() throws {
    let pair = try Pair()
    try pair.client.beginRequest([("A", "1")])
    try pair.client.endBody()
    #expect(FCGX_Accept_r(pair.request) == 0)
    pair.request.pointee.keepConnection = 0
    FCGX_Finish_r(pair.request)
    #expect(pair.request.pointee.ipcFd == -1)
    #expect(try pair.client.reply().body.isEmpty)
    #expect(try pair.client.isClosed())
  }

  @Test func `a request cut short closes its connection and is an error`() throws {
    let pair = try Pair()
    try pair.client.send([1, 1, 0, 1])
    shutdown(pair.client.descriptor, Int32(SHUT_WR))
    #expect(FCGX_Accept_r(pair.request) < 0)
    #expect(pair.request.pointee.ipcFd == -1)
    #expect(try pair.client.isClosed())
  }

  @Test func `parameters cut short between two records are an error of the stream alone`() throws {
    let pair = try Pair()
    try pair.client.send([1, 1, 0, 1, 0, 8, 0, 0] + [0, 1, 1, 0, 0, 0, 0, 0])
    try pair.client.send([1, 4, 0, 1, 0, 4, 0, 0] + [1, 1, 65, 49])
    shutdown(pair.client.descriptor, Int32(SHUT_WR))
    #expect(FCGX_Accept_r(pair.request) == 0, "not even told of")
    #expect(FCGX_GetError(pair.request.pointee.in) != 0)
    FCGX_Free(pair.request, 1)
    #expect(pair.request.pointee.ipcFd == -1)
    #expect(try pair.client.isClosed(), "with nothing sent")
  }

  @Test func `a detached connection is closed without waiting for its peer`() throws {
    let pair = try Pair()
    // This is more than the library reads at once. If it waited for the end, as with a connection
    // that isn't detached, nothing would be left unread, and no reset would follow.
    try pair.client.send([UInt8](repeating: 0, count: 20_000))
    #expect(FCGX_Accept_r(pair.request) < 0)
    #expect(pair.request.pointee.ipcFd == -1)
    var byte: UInt8 = 0
    #expect(recv(pair.client.descriptor, &byte, 1, 0) == -1)
    #expect(errno == ECONNRESET)
  }

  @Test func `preparing the library leaves the process's signals as they were`() throws {
    var before = sigaction()
    sigaction(SIGTERM, nil, &before)
    try Library.prepare()
    var after = sigaction()
    sigaction(SIGTERM, nil, &after)
    #expect(after.__sigaction_handler.sa_handler == nil, "SIG_DFL")
    // The C library itself sets SA_RESTORER.
    let restorer: Int32 = 0x0400_0000
    #expect(before.sa_flags & ~restorer == after.sa_flags & ~restorer)
  }
}
