import Bytes
import CFastCGI
import Glibc

extension Exchange {
  /// How many unread bytes of a body are read before the reply, so that the connection can be kept.
  /// If more are left, the reply goes out first, and the connection ends.
  private static let drainedBytes = 256 * 1024

  /// Sends the reply and ends the request: the client has its answer while the caller goes on.
  ///
  /// Content-Length is added, and `X-Content-Type-Options: nosniff` unless it is among the headers:
  /// a body may contain a sender's bytes, and browsers must not take them for a page. The reply to
  /// HEAD, and one with status 204 or 304, goes out without its body.
  ///
  /// - Parameters:
  ///   - status: from 200 to 599.
  ///   - headers: each is sent unchanged, or the whole reply is refused.
  ///   - body: any bytes; empty by default.
  /// - Returns: whether the web server took the reply; false if it hung up, or did not read the
  ///   reply in time.
  /// - Throws: `ReplyError`; nothing is sent then.
  @discardableResult
  public func reply(
    status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []
  ) throws(ReplyError) -> Bool {
    guard !progress.hasReplied else { throw .alreadyReplied }
    guard (200...599).contains(status) else { throw .badStatus(status) }
    var head: [UInt8] = []
    head.reserveCapacity(256)
    head += "Status: \(StatusLine.of(status))\r\n".utf8
    if !headers.contains(where: { $0.name.lowercased() == "x-content-type-options" }) {
      head += "X-Content-Type-Options: nosniff\r\n".utf8
    }
    for header in headers {
      guard Self.isSendable(header) else { throw .badHeader(header.name) }
      head += header.name.utf8
      head += ": ".utf8
      head += header.value.utf8
      head += "\r\n".utf8
    }
    let hasBody = status != 204 && status != 304
    if hasBody { head += "Content-Length: \(body.count)\r\n".utf8 }
    head += "\r\n".utf8

    progress.hasReplied = true
    drain(limit: Self.drainedBytes)
    put(head)
    if hasBody, !isHead { put(body) }
    // The error stream is closed first: its end and the reply then go out in one write.
    let errorsClosed = FCGX_FClose(request.pointee.err) == 0
    let isLast = !mayKeep
    progress.wasTaken = FCGX_FClose(request.pointee.out) == 0 && errorsClosed
    if isLast { announceEnd() }
    return progress.wasTaken
  }

  private var isHead: Bool { value(of: "REQUEST_METHOD").map { $0 == Array("HEAD".utf8) } ?? false }

  /// Tells the web server that the connection ends here.
  ///
  /// This is done right after the reply: the longer it takes, the likelier it is that the web
  /// server puts its next request on this connection.
  private func announceEnd() {
    request.pointee.keepConnection = 0
    shutdown(request.pointee.ipcFd, Int32(SHUT_WR))
  }

  private func put(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let chunk = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 20))
        let start = chunk.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard FCGX_PutStr(start, Int32(chunk.count), request.pointee.out) >= 0 else { return }
        rest = rest.dropFirst(chunk.count)
      }
    }
  }

  private static func isSendable(_ header: (name: String, value: String)) -> Bool {
    let name = header.name.utf8
    guard HTTPText.isToken(header.name),
      !ours.contains(where: { $0.count == name.count && header.name.lowercased() == $0 })
    else { return false }
    return header.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == UInt8(ascii: "\t") }
  }

  /// The headers that only this module sends.
  private static let ours = ["status", "content-length", "transfer-encoding"]
}
