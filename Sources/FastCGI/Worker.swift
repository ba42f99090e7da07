import CFastCGI
import Glibc

/// One of the threads that read requests and hand them to the handler.
struct Worker: Sendable {
  private static let responder: Int32 = 1

  let core: ListenerCore
  let handler: Listener.Handler

  /// Serves requests until the listener has ended.
  func run() {
    while let ready = core.connections.next() { serve(ready) }
  }

  private func serve(_ ready: Connections.Ready) {
    let request = UnsafeMutablePointer<FCGX_Request>.allocate(capacity: 1)
    FCGX_InitRequest(request, -1, 0)
    request.pointee.ipcFd = ready.descriptor
    // FCGX_Accept_r first ends the previous request, and closes its connection if it isn't to be
    // kept.
    request.pointee.keepConnection = 1
    // Detached, the library closes a connection at once. Otherwise it waits for the peer first, 2 s
    // for every byte.
    FCGX_Detach(request)
    // On a failure, FCGX_Accept_r has closed the connection: it tries to accept another one then,
    // and has no socket for that.
    guard FCGX_Accept_r(request) == 0 else { return fail(request) }
    // FCGX_Accept_r reports no error if a connection fails between two parameters: the list of
    // parameters is then cut short.
    guard request.pointee.role == Self.responder, FCGX_GetError(request.pointee.in) == 0 else {
      FCGX_Free(request, 1)
      return fail(request)
    }
    core.counts.requests.count()
    handler(Exchange(request: request, arrived: ready.since, of: core))
  }

  private func fail(_ request: UnsafeMutablePointer<FCGX_Request>) {
    core.counts.protocolErrors.count()
    core.release(request, keeping: false)
  }
}
