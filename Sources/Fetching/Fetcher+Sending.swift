import AsyncHTTPClient
import Dispatch
import Foundation
import NIOCore
import NIOHTTP1

extension Fetcher {
  /// Sends a request. Any status is an answer, and redirects are not followed.
  ///
  /// The name is resolved once, and the connection goes to an address that was checked then.
  ///
  /// - Parameters:
  ///   - request: the request. Host and User-Agent are added to its headers.
  ///   - isAllowed: whether an address that isn't public may be connected to.
  ///   - isStopping: whether to give the request up. It is asked every 200 ms.
  /// - Returns: the answer, with the first bytes of its body.
  /// - Throws: `FetchError`; `stopped` if the request was given up.
  public func send(
    _ request: OutgoingRequest, allowing isAllowed: (String) -> Bool,
    until isStopping: () -> Bool
  ) throws(FetchError) -> OutgoingReply {
    guard let parts = URLComponents(string: request.url), let host = parts.host?.lowercased(),
      ["http", "https"].contains(parts.scheme), parts.user == nil, parts.password == nil,
      Self.isPlain(host)
    else { throw .notFetched(url: request.url) }
    let end = NIODeadline.now() + TimeAmount(timeout)
    let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    let addresses = try addresses(of: name, allowing: isAllowed)
    var failure = FetchError.unresolved(host: host, reason: "none was found")
    for address in addresses.prefix(3) {
      do throws(FetchError) {
        return try send(request, parts, host: host, to: address, by: end, isStopping)
      } catch {
        guard case .connection = error, NIODeadline.now() < end else { throw error }
        failure = error
      }
    }
    throw failure
  }

  private func send(
    _ request: OutgoingRequest, _ url: URLComponents, host: String, to address: String,
    by end: NIODeadline, _ isStopping: () -> Bool
  ) throws(FetchError) -> OutgoingReply {
    var url = url
    // The key of the address override is the host in lower case.
    url.host = host
    let port = url.port.map { ":\($0)" } ?? ""
    if let gateway { url.port = gateway.port }
    let client = HTTPClient(
      eventLoopGroupProvider: .singleton, configuration: try configuration(host, address))
    defer { try? client.syncShutdown() }
    let start = ReplyStart()
    do {
      var headers: HTTPHeaders = ["Host": host + port, "User-Agent": "levelwind"]
      for header in request.headers { headers.replaceOrAdd(name: header.name, value: header.value) }
      let task = client.execute(
        request: try HTTPClient.Request(
          url: url.string ?? "", method: HTTPMethod(rawValue: request.method), headers: headers,
          body: .bytes(request.body)),
        delegate: start, deadline: end)
      try wait(for: task, isStopping)
    } catch {
      // The status is known, so the rest of the answer doesn't matter.
      if let reply = start.reply { return reply }
      throw FetchError(error, host: host + port, self)
    }
    guard let reply = start.reply else { throw .connection("there was no answer") }
    return reply
  }

  private func wait(for task: HTTPClient.Task<Void>, _ isStopping: () -> Bool) throws {
    let ended = DispatchSemaphore(value: 0)
    task.futureResult.whenComplete { _ in ended.signal() }
    while ended.wait(timeout: .now() + .milliseconds(200)) == .timedOut {
      if isStopping() {
        task.cancel()
        throw FetchError.stopped
      }
    }
    try task.wait()
  }

  /// Whether a host has only the characters of names and addresses, so that no two readers of the
  /// URL see different hosts in it.
  private static func isPlain(_ host: String) -> Bool {
    !host.isEmpty
      && host.utf8.allSatisfy {
        0x61...0x7a ~= $0 || 0x30...0x39 ~= $0 || "-._:[]".utf8.contains($0)
      }
  }
}
