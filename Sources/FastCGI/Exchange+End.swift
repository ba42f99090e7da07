import CFastCGI
import Glibc

extension Exchange {
  /// How many unread bytes of a body are read after the reply, so that the web server finds the
  /// reply and not a broken connection.
  private static let lingerBytes = 64 << 20

  /// Replies if nobody has, and ends the request. The connection is kept if both sides can.
  func close() {
    if !hasReplied { replyForHandler() }
    if !progress.wasTaken { core.counts.lostReplies.count() }
    let rest = progress.rest
    // The library would close a connection with unread bytes. `linger` reads them below.
    if rest == .unread { request.pointee.keepConnection = 1 }
    FCGX_Finish_r(request)
    if rest == .unread { linger(request.pointee.ipcFd) }
    core.release(request, keeping: rest == .none)
  }

  /// Replies 500. nginx would turn an empty reply into 502, as if no responder were there.
  private func replyForHandler() {
    let body = #"{"title":"Internal Server Error","status":500}"# + "\n"
    _ = try? reply(
      status: 500, headers: [("Content-Type", "application/problem+json")], body: Array(body.utf8))
  }

  private func linger(_ connection: Int32) {
    guard connection >= 0 else { return }
    let deadline = ContinuousClock.now + core.settings.patience.duration
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

extension ListenerCore {
  /// Ends a request that the library has finished with. Its connection is given back or closed,
  /// unless the library has closed it.
  func release(_ request: UnsafeMutablePointer<FCGX_Request>, keeping isKept: Bool) {
    let connection = request.pointee.ipcFd
    request.deallocate()
    guard connection >= 0, isKept else {
      if connection >= 0 { close(connection) }
      return connections.end(nil)
    }
    connections.end(connection)
  }
}
