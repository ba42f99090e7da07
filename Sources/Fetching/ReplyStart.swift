import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Takes the head of an answer and the first bytes of its body. Once the head is there, it is known how
/// a request ended, whatever becomes of the rest.
final class ReplyStart: HTTPClientResponseDelegate {
  typealias Response = Void

  /// The body has more bytes than are wanted.
  struct Enough: Error {}

  /// The most bytes of a body that are read.
  private static let limit = 16 << 10
  private let kept = Mutex<OutgoingReply?>(nil)

  /// What came; nil before the head did.
  var reply: OutgoingReply? { kept.withLock { $0 } }

  func didReceiveHead(
    task: HTTPClient.Task<Void>, _ head: HTTPResponseHead
  ) -> EventLoopFuture<Void> {
    let reply = OutgoingReply(
      status: Int(head.status.code), retryAfter: head.headers.first(name: "Retry-After"))
    kept.withLock { $0 = reply }
    return task.eventLoop.makeSucceededVoidFuture()
  }

  func didReceiveBodyPart(
    task: HTTPClient.Task<Void>, _ buffer: ByteBuffer
  ) -> EventLoopFuture<Void> {
    let isEnough = kept.withLock { reply in
      reply?.body += buffer.readableBytesView
      return (reply?.body.count ?? 0) > Self.limit
    }
    return isEnough
      ? task.eventLoop.makeFailedFuture(Enough()) : task.eventLoop.makeSucceededVoidFuture()
  }

  func didFinishRequest(task: HTTPClient.Task<Void>) throws {}
}
