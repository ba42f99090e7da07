import AsyncHTTPClient
import NIOCore
import NIOSSL

extension HTTPClient.Configuration {
  /// HTTP/1.1 over verified TLS, without redirects.
  ///
  /// - Parameters:
  ///   - trust: a file in PEM with the certificates to trust instead of the system's; nil for those.
  ///   - timeout: for the connection, and for each wait on it.
  static func verified(
    trust: String?, timeout: Duration
  ) throws(FetchError) -> HTTPClient.Configuration {
    var tls = TLSConfiguration.makeClientConfiguration()
    if let trust {
      guard let certificates = try? NIOSSLCertificate.fromPEMFile(trust), !certificates.isEmpty
      else { throw .unusableTrust(file: trust) }
      tls.trustRoots = .certificates(certificates)
    }
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow,
      timeout: .init(connect: TimeAmount(timeout), read: TimeAmount(timeout)))
    configuration.httpVersion = .http1Only
    // The caller makes another attempt if it wants one, and learns at once why this one failed.
    configuration.connectionPool.retryConnectionEstablishment = false
    return configuration
  }
}
