import FoundationEssentials

/// Fetches small documents over HTTPS. TLS is verified, redirects are not followed, and addresses
/// that aren't public are not connected to. Size and time are bounded. Each call makes a connection
/// of its own.
public struct Fetcher: Sendable {
  /// A file in PEM with the certificates to trust instead of the system's; nil for the system's.
  public var trust: String?
  /// The address that is connected to for every host; nil for the host's own addresses.
  public var gateway: Gateway?
  /// The time within which one answer must arrive, counted from connecting.
  public var timeout: Duration = .seconds(10)
  /// The most bytes of an answer's body.
  public var limit = 256 << 10

  /// Makes a fetcher with a timeout of 10 s and a limit of 256 KiB.
  public init(trust: String? = nil, gateway: Gateway? = nil) {
    self.trust = trust
    self.gateway = gateway
  }

  /// Fetches the content of an answer with status 200. The request is a POST if it has a body, and
  /// a GET otherwise.
  ///
  /// The name is resolved once, and the connection goes to an address that was checked then.
  ///
  /// - Parameters:
  ///   - url: an https URL on the usual port. The caller decides whether its host may be asked.
  ///   - headers: the request's headers besides Host and User-Agent.
  ///   - body: the body of a POST; nil for a GET.
  /// - Returns: the body of the answer, at most `limit` bytes.
  /// - Throws: `FetchError`; `status` for any status but 200.
  public func get(
    _ url: String, headers: [String: String] = [:], sending body: [UInt8]? = nil
  ) throws(FetchError) -> [UInt8] {
    guard let parts = URLComponents(string: url), parts.scheme == "https", parts.user == nil,
      parts.password == nil, parts.port == nil, let host = parts.host, !host.isEmpty
    else { throw .notFetched(url: url) }
    let addresses = try addresses(of: host)
    var failure = FetchError.unresolved(host: host, reason: "none was found")
    for address in addresses.prefix(3) {
      do throws(FetchError) {
        return try get(parts, host: host, from: address, headers, body)
      } catch {
        guard case .connection = error else { throw error }
        failure = error
      }
    }
    throw failure
  }

  /// Returns the addresses of a host that may be connected to: public ones, and allowed ones.
  ///
  /// - Throws: `.unresolved`, `.notPublic`.
  func addresses(
    of host: String, allowing isAllowed: (String) -> Bool = { _ in false }
  ) throws(FetchError) -> [IPAddress] {
    if let gateway { return [gateway.address] }
    let addresses = try Resolver.addresses(of: host)
      .filter { IPAddress($0)?.isPublic ?? false || isAllowed($0) }.compactMap(IPAddress.init)
    guard !addresses.isEmpty else { throw .notPublic(host: host) }
    return addresses
  }

  private func get(
    _ url: URLComponents, host: String, from address: IPAddress, _ more: [String: String],
    _ body: [UInt8]?
  ) throws(FetchError) -> [UInt8] {
    let request = OutgoingRequest(
      body == nil ? "GET" : "POST", url.string ?? "",
      headers: more.map { (name: $0.key, value: $0.value) }, body: body ?? [])
    let reply: Transfer.Reply
    do throws(Transfer.Failure) {
      reply = try transfer(to: address, within: timeout, keeping: limit).run(request)
    } catch {
      throw FetchError(error, host: host, trust: trust, timeout: timeout)
    }
    guard reply.status == 200 else { throw .status(reply.status) }
    guard !reply.isCut else { throw .tooLarge(limit: limit) }
    return reply.body
  }

  /// Returns the settings of one transfer to an address that was looked at.
  func transfer(to address: IPAddress, within time: Duration, keeping bytes: Int) -> Transfer {
    Transfer(
      place: Transfer.Place(address: address, port: gateway?.port),
      trust: trust.map { .file($0) } ?? .system, timeout: time, limit: bytes)
  }
}
