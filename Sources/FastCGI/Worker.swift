import CFastCGI
import Glibc

/// One of the threads that serve requests, with the one library request that never leaves it.
struct Worker: Sendable {
  private static let responder: Int32 = 1
  /// After a reply to a request whose body was not read: so much is let in, so that the web server
  /// finds the reply and not a broken connection.
  private static let lingerBytes = 64 << 20

  let settings: Listener.Settings
  let connections: Connections
  let tally: Tally
  let handler: Listener.Handler

  /// Serves until the listener has ended.
  func run() {
    let request = UnsafeMutablePointer<FCGX_Request>.allocate(capacity: 1)
    defer { request.deallocate() }
    FCGX_InitRequest(request, -1, 0)
    var kept: Int32?
    while let ready = connections.next(givingBack: kept) {
      tally.busy.count()
      kept = serve(ready, request)
      tally.busy.count(-1)
    }
  }

  /// Serves one request.
  ///
  /// - Returns: the connection, if it is kept.
  private func serve(
    _ ready: Connections.Ready, _ request: UnsafeMutablePointer<FCGX_Request>
  ) -> Int32? {
    request.pointee.ipcFd = ready.descriptor
    // FCGX_Accept_r begins by ending the request before, which closes a connection not to be kept.
    request.pointee.keepConnection = 1
    // Where the library closes, it closes at once: it would wait for the peer, 2 s for every byte.
    FCGX_Detach(request)
    // It has closed the connection if it fails: then it tries to accept another, on no socket.
    guard FCGX_Accept_r(request) == 0 else {
      tally.protocolErrors.count()
      release(request)
      return nil
    }
    // A connection that fails between two parameters is no error to it: its list is then cut short.
    guard request.pointee.role == Self.responder, FCGX_GetError(request.pointee.in) == 0 else {
      tally.protocolErrors.count()
      FCGX_Free(request, 1)
      release(request)
      return nil
    }
    tally.requests.count()
    return finish(handle(ready, request), request)
  }

  /// - Returns: what is left of the body.
  private func handle(
    _ ready: Connections.Ready, _ request: UnsafeMutablePointer<FCGX_Request>
  ) -> Exchange.Rest {
    var exchange = Exchange(
      request: request, arrived: ready.since, bodyTime: settings.patience.duration * 4,
      connections: connections)
    handler(&exchange)
    if !exchange.hasReplied { replyForHandler(&exchange) }
    if !exchange.wasTaken { tally.lostReplies.count() }
    return exchange.rest
  }

  /// nginx makes a 502 of an empty reply, as if nobody were there.
  private func replyForHandler(_ exchange: inout Exchange) {
    let body = #"{"title":"Internal Server Error","status":500}"# + "\n"
    _ = try? exchange.reply(
      status: 500, headers: [("Content-Type", "application/problem+json")], body: Array(body.utf8))
  }

  /// - Returns: the connection, if it is kept.
  private func finish(
    _ rest: Exchange.Rest, _ request: UnsafeMutablePointer<FCGX_Request>
  ) -> Int32? {
    // What was not read is let in below; the library would close on it.
    if rest == .unread { request.pointee.keepConnection = 1 }
    FCGX_Finish_r(request)
    if rest == .none, request.pointee.ipcFd >= 0 {
      defer { request.pointee.ipcFd = -1 }
      return request.pointee.ipcFd
    }
    if rest == .unread { linger(request.pointee.ipcFd) }
    release(request)
    return nil
  }

  /// Closes the connection, if the library has not.
  private func release(_ request: UnsafeMutablePointer<FCGX_Request>) {
    if request.pointee.ipcFd >= 0 { close(request.pointee.ipcFd) }
    request.pointee.ipcFd = -1
    connections.closed()
  }

  private func linger(_ connection: Int32) {
    guard connection >= 0 else { return }
    let deadline = ContinuousClock.now + settings.patience.duration
    withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 1) { scratch in
      var left = Self.lingerBytes
      while left > 0, ContinuousClock.now < deadline {
        let count = recv(connection, scratch.baseAddress, scratch.count, 0)
        guard count > 0 else { return }
        left -= count
      }
    }
  }
}
