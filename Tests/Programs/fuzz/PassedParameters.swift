import Bytes
import CFastCGI
import Foundation
import Serving
import Verification
import Webhooks

@testable import FastCGI

/// The request that the listener makes of parameters, without a connection.
struct PassedParameters {
  let request: Request
  let requestID: String?
  let webhook: [UInt8]?

  private static let core: ListenerCore? = {
    guard let wakeUp = WakeUp(),
      let connections = try? Connections(limit: 1, wakeUp: wakeUp)
    else { return nil }
    return ListenerCore(
      settings: Listener.Settings(
        threads: 1, connections: 1, patience: .init(.seconds(1)), allowedPeers: []),
      connections: connections)
  }()

  /// - Parameter lines: lines of the form `NAME=value`.
  init(_ lines: [[UInt8]]) {
    guard let core = Self.core else { fatalError("there is no epoll") }
    let role = Array("FCGI_ROLE=RESPONDER".utf8)
    var entries = ([role] + lines).map(Self.copy) + [nil]
    defer { for entry in entries { free(entry) } }
    (request, requestID, webhook) = entries.withUnsafeMutableBufferPointer { entries in
      let passed = UnsafeMutablePointer<FCGX_Request>.allocate(capacity: 1)
      FCGX_InitRequest(passed, -1, 0)
      passed.pointee.ipcFd = -1
      passed.pointee.envp = entries.baseAddress
      let exchange = Exchange(request: passed, arrived: .now, of: core)
      // Nobody waits for a reply.
      exchange.progress.hasReplied = true
      exchange.progress.rest = .broken
      _ = try? exchange.announcedLength
      let head = exchange.head
      let headers = exchange.parameters.filter { $0.name.starts(with: "HTTP_".utf8) }
      let count = head.headers.fields.count
      hold(headers.count...headers.count + 1 ~= count, "a header is lost")
      return (head, exchange.requestID, exchange.value(of: "WEBHOOK"))
    }
  }

  /// Returns the line as C sees it: up to its first NUL.
  private static func copy(_ line: [UInt8]) -> UnsafeMutablePointer<CChar>? {
    (line + [0]).withUnsafeBytes { bytes in
      bytes.baseAddress.flatMap { strdup($0.assumingMemoryBound(to: CChar.self)) }
    }
  }
}
