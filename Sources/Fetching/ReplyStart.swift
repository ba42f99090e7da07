import AsyncHTTPClient
import Bytes
import NIOCore
import NIOHTTP1

/// Takes the head of an answer and the first bytes of its body. The head alone decides how a
/// request ended.
final class ReplyStart: HTTPClientResponseDelegate {
  typealias Response = Void

  /// Ends the transfer of a body that has more bytes than are wanted.
  struct Enough: Error {}

  /// The number of bytes after which a body is not read any further.
  private static let limit = 16 << 10
  private let kept = Mutex<OutgoingReply?>(nil)

  /// The answer so far; nil before its head came.
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
