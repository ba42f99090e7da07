import FoundationEssentials

/// Sends one delivery, or an example of one, to an address that an administrator chose.
///
/// It follows no redirects, is bounded in time and size, and verifies TLS unless the URL is plain
/// HTTP.
public struct ExampleDelivery: Sendable {
  /// A file in PEM with the certificates to trust instead of the system's; nil for the system's.
  public var trust: String?
  private static let limit = 1 << 20
  /// The time within which the whole answer must arrive.
  public var timeout: Duration = .seconds(30)

  /// Makes a client with a timeout of 30 s. By default it trusts the system's certificates.
  public init(trust: String? = nil) { self.trust = trust }

  /// Sends the request and waits for its answer.
  ///
  /// - Returns: the answer's status and body.
  /// - Throws: `FetchError`, also for a body of more than 1 MiB.
  public func send(
    _ method: String, _ url: String, headers: [(name: String, value: String)], body: [UInt8]
  ) throws(FetchError) -> (status: Int, body: [UInt8]) {
    let transfer = Transfer(
      trust: trust.map { .file($0) } ?? .system, timeout: timeout, limit: Self.limit)
    let reply: Transfer.Reply
    do throws(Transfer.Failure) {
      reply = try transfer.run(OutgoingRequest(method, url, headers: headers, body: body))
    } catch {
      let parts = URLComponents(string: url)
      let host = (parts?.host ?? url) + (parts?.port.map { ":\($0)" } ?? "")
      throw FetchError(error, host: host, trust: trust, timeout: timeout)
    }
    guard !reply.isCut else { throw .tooLarge(limit: Self.limit) }
    return (reply.status, reply.body)
  }
}
