import AsyncHTTPClient
import NIOCore
import NIOSSL

extension HTTPClient.Configuration {
  /// Makes a configuration for HTTP/1.1 over verified TLS, without redirects.
  ///
  /// - Parameters:
  ///   - trust: a file in PEM with the certificates to trust instead of the system's; nil for the
  ///     system's.
  ///   - timeout: the bound of connecting, and of each wait on the connection.
  /// - Returns: the configuration.
  /// - Throws: `unusableTrust` if the file can't be read, or has no certificate.
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
    // The caller decides about another attempt, and learns the reason of this failure at once.
    configuration.connectionPool.retryConnectionEstablishment = false
    return configuration
  }
}
