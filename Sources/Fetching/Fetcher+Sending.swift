import FoundationEssentials

extension Fetcher {
  /// Sends a request. Any status is an answer, and redirects are not followed.
  ///
  /// The name is resolved once, and the connection goes to an address that was checked then.
  ///
  /// - Parameters:
  ///   - request: the request. Host and User-Agent are added to its headers.
  ///   - connectsOnly: whether to connect, and send nothing. The status is then 0.
  ///   - isAllowed: whether an address that isn't public may be connected to.
  ///   - connections: the connections to take and to leave open; nil for one of its own.
  ///   - isStopping: whether to give the request up. It is asked every 200 ms.
  /// - Returns: the answer, with the first bytes of its body.
  /// - Throws: `FetchError`; `stopped` if the request was given up.
  public func send(
    _ request: OutgoingRequest, connectsOnly: Bool = false, allowing isAllowed: (String) -> Bool,
    over connections: KeptConnections? = nil, until isStopping: () -> Bool
  ) throws(FetchError) -> OutgoingReply {
    guard let parts = URLComponents(string: request.url), let host = parts.host?.lowercased(),
      ["http", "https"].contains(parts.scheme), parts.user == nil, parts.password == nil,
      Self.isPlain(host)
    else { throw .notFetched(url: request.url) }
    let end = ContinuousClock.now + timeout
    let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    let addresses = try addresses(of: name, allowing: isAllowed)
    var failure = FetchError.unresolved(host: host, reason: "none was found")
    for address in addresses.prefix(3) {
      do throws(FetchError) {
        return try send(
          request, connectsOnly, parts, host: host, to: address, by: end, over: connections,
          isStopping)
      } catch {
        guard case .connection = error, ContinuousClock.now < end else { throw error }
        failure = error
      }
    }
    throw failure
  }

  private func send(
    _ request: OutgoingRequest, _ connectsOnly: Bool, _ url: URLComponents, host: String,
    to address: IPAddress, by end: ContinuousClock.Instant, over connections: KeptConnections?,
    _ isStopping: () -> Bool
  ) throws(FetchError) -> OutgoingReply {
    var transfer = transfer(to: address, within: end - .now, keeping: Self.keptBytes)
    transfer.connections = connections
    transfer.connectsOnly = connectsOnly
    let reply: Transfer.Reply
    do throws(Transfer.Failure) {
      reply = try transfer.run(request, until: isStopping)
    } catch {
      // The status decides how a request ended, so the rest of the answer doesn't matter.
      guard let start = error.reply else {
        let port = url.port.map { ":\($0)" } ?? ""
        throw FetchError(error, host: host + port, trust: trust, timeout: timeout)
      }
      reply = start
    }
    return OutgoingReply(status: reply.status, retryAfter: reply.retryAfter, body: reply.body)
  }

  /// The number of bytes of an answer after which it isn't read any further.
  private static let keptBytes = 16 << 10

  /// Whether a host has only the characters of names and addresses, so that no two readers of the
  /// URL see different hosts in it.
  private static func isPlain(_ host: String) -> Bool {
    !host.isEmpty
      && host.utf8.allSatisfy {
        0x61...0x7a ~= $0 || 0x30...0x39 ~= $0 || "-._:[]".utf8.contains($0)
      }
  }
}
