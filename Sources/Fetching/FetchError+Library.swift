import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import NIOSSL

extension FetchError {
  /// Translates an error of the library into an administrator's words.
  ///
  /// - Parameters:
  ///   - error: any error of the request. A `FetchError` stays as it is.
  ///   - host: the host of the request, with the port if it isn't the usual one.
  ///   - fetcher: the bounds of the request.
  init(_ error: any Error, host: String, _ fetcher: Fetcher) {
    switch error {
    case let error as FetchError: self = error
    case is ResponseAccumulator.ResponseTooBigError: self = .tooLarge(limit: fetcher.limit)
    case let error as HTTPClientError
    where [.deadlineExceeded, .readTimeout, .connectTimeout].contains(error):
      self = .timeout(fetcher.timeout)
    case let error as HTTPClientError where error == .remoteConnectionClosed:
      self = .connection("\(host) closed the connection without an answer")
    case let error as NIOConnectionError: self.init(error, host: host, fetcher)
    case let error as IOError: self = .connection(Self.words(error, host))
    case let error as NIOSSLError: self.init(error, host: host)
    case let error as NIOSSLExtraError where error == .failedToValidateHostname:
      self = .connection("the certificate that \(host) presents is for another name")
    default: self = .connection("\(error)")
    }
  }

  private init(_ error: NIOConnectionError, host: String, _ fetcher: Fetcher) {
    guard let failure = error.connectionErrors.last else {
      self = .unresolved(host: host, reason: "no such name is known")
      return
    }
    switch failure.error {
    case is ChannelError: self = .timeout(fetcher.timeout)
    case let error as IOError: self = .connection(Self.words(error, host))
    default: self = .connection("\(host): \(failure.error)")
    }
  }

  private init(_ error: NIOSSLError, host: String) {
    // The reason is in the error's text alone, among places in the library.
    let text = "\(error)"
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
      self = .untrusted(host: host)
    } else if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
      self = .connection("\(host) doesn't speak TLS on this port: is it a port for http?")
    } else {
      let names = text.split(separator: ":").filter { name in
        name.contains("_") && name.allSatisfy { $0.isUppercase || $0.isNumber || $0 == "_" }
      }
      self = .connection(
        "\(host) and this machine could not agree on TLS"
          + (names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"))
    }
  }

  private static func words(_ error: IOError, _ host: String) -> String {
    error.errnoCode == ECONNREFUSED
      ? "nothing listens at \(host) (connection refused)"
      : "\(host): \(String(cString: strerror(error.errnoCode)))"
  }
}
