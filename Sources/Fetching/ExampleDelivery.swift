import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Sends one example of a delivery, to wherever an administrator says: no redirects, bounded in time and
/// size, verified TLS unless the URL is plain.
public struct ExampleDelivery: Sendable {
  /// A file in PEM with the certificates to trust instead of the system's; nil for those.
  public var trust: String?
  private static let limit = 1 << 20
  /// How long the answer may take.
  public var timeout: Duration = .seconds(30)

  public init(trust: String? = nil) { self.trust = trust }

  /// - Returns: the answer's status and body, of up to 1 MiB.
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
