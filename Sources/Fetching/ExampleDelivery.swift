import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Sends one example of a delivery to an address that an administrator chose. It follows no
/// redirects, is bounded in time and size, and verifies TLS unless the URL is plain HTTP.
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
    let client = HTTPClient(
      eventLoopGroupProvider: .singleton,
      configuration: try .verified(trust: trust, timeout: timeout))
    defer { try? client.syncShutdown() }
    do {
      var fields = HTTPHeaders()
      for header in headers { fields.add(name: header.name, value: header.value) }
      let request = try HTTPClient.Request(
        url: url, method: HTTPMethod(rawValue: method), headers: fields, body: .bytes(body))
      let task = client.execute(
        request: request, delegate: ResponseAccumulator(request: request, maxBodySize: Self.limit),
        deadline: .now() + TimeAmount(timeout))
      let response = try task.wait()
      return (Int(response.status.code), response.body.map { Array($0.readableBytesView) } ?? [])
    } catch {
      var bounds = Fetcher()
      bounds.timeout = timeout
      bounds.limit = Self.limit
      let parts = URLComponents(string: url)
      let port = parts?.port.map { ":\($0)" } ?? ""
      throw FetchError(error, host: (parts?.host ?? url) + port, bounds)
    }
  }
}
