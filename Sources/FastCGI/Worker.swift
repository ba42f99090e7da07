import CFastCGI
import Glibc

/// One of the threads that serve requests, with its own request of the library.
struct Worker: Sendable {
  private static let responder: Int32 = 1
  /// How many unread bytes of a body are read after the reply, so that the web server finds the
  /// reply and not a broken connection.
  private static let lingerBytes = 64 << 20

  let settings: Listener.Settings
  let connections: Connections
  let counts: ListenerCounts
  let handler: Listener.Handler

  /// Serves requests until the listener has ended.
  func run() {
    let request = UnsafeMutablePointer<FCGX_Request>.allocate(capacity: 1)
    defer { request.deallocate() }
    FCGX_InitRequest(request, -1, 0)
    var kept: Int32?
    while let ready = connections.next(givingBack: kept) {
      counts.busy.count()
      kept = serve(ready, request)
      counts.busy.count(-1)
    }
  }

  /// Serves one request.
  ///
  /// - Returns: the connection, if it is kept.
  private func serve(
    _ ready: Connections.Ready, _ request: UnsafeMutablePointer<FCGX_Request>
  ) -> Int32? {
    request.pointee.ipcFd = ready.descriptor
    // FCGX_Accept_r first ends the previous request, and closes its connection if it isn't to be
    // kept.
    request.pointee.keepConnection = 1
    // Detached, the library closes a connection at once. Otherwise it waits for the peer first, 2 s
    // for every byte.
    FCGX_Detach(request)
    // On a failure, FCGX_Accept_r has closed the connection: it tries to accept another one then,
    // and has no socket for that.
    guard FCGX_Accept_r(request) == 0 else {
      counts.protocolErrors.count()
      release(request)
      return nil
    }
    // FCGX_Accept_r reports no error if a connection fails between two parameters: the list of
    // parameters is then cut short.
    guard request.pointee.role == Self.responder, FCGX_GetError(request.pointee.in) == 0 else {
      counts.protocolErrors.count()
      FCGX_Free(request, 1)
      release(request)
      return nil
    }
    counts.requests.count()
    return finish(handle(ready, request), request)
  }

  /// Runs the handler, and replies if the handler hasn't.
  ///
  /// - Returns: what is left of the body.
  private func handle(
    _ ready: Connections.Ready, _ request: UnsafeMutablePointer<FCGX_Request>
  ) -> Exchange.Rest {
    var exchange = Exchange(
      request: request, arrived: ready.since, bodyTime: settings.patience.duration * 4,
      connections: connections)
    handler(&exchange)
    if !exchange.hasReplied { replyForHandler(&exchange) }
    if !exchange.wasTaken { counts.lostReplies.count() }
    return exchange.rest
  }

  /// Replies 500. nginx would turn an empty reply into 502, as if no responder were there.
  private func replyForHandler(_ exchange: inout Exchange) {
    let body = #"{"title":"Internal Server Error","status":500}"# + "\n"
    _ = try? exchange.reply(
      status: 500, headers: [("Content-Type", "application/problem+json")], body: Array(body.utf8))
  }

  /// Ends the request.
  ///
  /// - Returns: the connection, if it is kept.
  private func finish(
    _ rest: Exchange.Rest, _ request: UnsafeMutablePointer<FCGX_Request>
  ) -> Int32? {
    // The library would close a connection with unread bytes. `linger` reads them below.
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
