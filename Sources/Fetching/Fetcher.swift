import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Fetches small documents over HTTPS: verified TLS, no redirects, nothing from addresses that aren't
/// public, within bounds of size and time. Each call connects anew.
public struct Fetcher: Sendable {
  /// A file in PEM with the certificates to trust instead of the system's; nil for those.
  public var trust: String?
  /// Where to connect for every host; nil for the host's own addresses.
  public var gateway: Gateway?
  /// How long one answer may take, from connecting to its end.
  public var timeout: Duration = .seconds(10)
  /// The most bytes that an answer may have.
  public var limit = 256 << 10

  public init(trust: String? = nil, gateway: Gateway? = nil) {
    self.trust = trust
    self.gateway = gateway
  }

  /// The content of an answer with status 200 to GET, or to POST where there is something to send.
  ///
  /// The name is resolved once, and what is connected to is the address that was looked at.
  ///
  /// - Parameters:
  ///   - url: https, on the usual port. Whether its host is one to be asked is the caller's.
  ///   - headers: what the request has besides Host and User-Agent.
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

  /// The addresses of a host that may be connected to: public ones, and those that are allowed.
  func addresses(
    of host: String, allowing isAllowed: (String) -> Bool = { _ in false }
  ) throws(FetchError) -> [String] {
    if let gateway { return [gateway.address] }
    let addresses = try Resolver.addresses(of: host)
      .filter { IPAddress($0)?.isPublic ?? false || isAllowed($0) }
    guard !addresses.isEmpty else { throw .notPublic(host: host) }
    return addresses
  }

  private func get(
    _ url: URLComponents, host: String, from address: String, _ more: [String: String],
    _ body: [UInt8]?
  ) throws(FetchError) -> [UInt8] {
    var url = url
    url.port = gateway?.port
    let client = HTTPClient(
      eventLoopGroupProvider: .singleton, configuration: try configuration(host, address))
    defer { try? client.syncShutdown() }
    do {
      // Of its own, since a gateway's port has no place in it.
      var headers: HTTPHeaders = ["Host": host, "User-Agent": "levelwind"]
      headers.add(contentsOf: more.map { ($0.key, $0.value) })
      let request = try HTTPClient.Request(
        url: url.string ?? "", method: body == nil ? .GET : .POST, headers: headers,
        body: body.map { .bytes($0) })
      let task = client.execute(
        request: request, delegate: ResponseAccumulator(request: request, maxBodySize: limit),
        deadline: .now() + TimeAmount(timeout))
      let response = try task.wait()
      guard response.status == .ok else { throw FetchError.status(Int(response.status.code)) }
      return response.body.map { Array($0.readableBytesView) } ?? []
    } catch {
      throw FetchError(error, host: host, self)
    }
  }

  /// For one connection to this host, at the address that was looked at.
  func configuration(
    _ host: String, _ address: String
  ) throws(FetchError) -> HTTPClient.Configuration {
    var configuration = try HTTPClient.Configuration.verified(trust: trust, timeout: timeout)
    configuration.dnsOverride = [host: address]
    return configuration
  }
}
