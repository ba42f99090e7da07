import CCurl
import Glibc

/// The reason why nothing was fetched.
public enum FetchError: Error, Sendable, Equatable {
  /// The URL isn't https to a host on the usual port, or has a user or a password.
  case notFetched(url: String)
  /// The host has no address.
  case unresolved(host: String, reason: String)
  /// None of the host's addresses is public.
  case notPublic(host: String)
  /// The answer's status isn't 200. Redirects fail so, too: they are not followed.
  case status(Int)
  /// The answer has more bytes than the limit.
  case tooLarge(limit: Int)
  /// The answer took longer than this.
  case timeout(Duration)
  /// The connection failed, or TLS or HTTP on it.
  case connection(String)
  /// The server's certificate isn't signed by a trusted authority, or is out of date.
  case untrusted(host: String)
  /// The file with the certificates to trust can't be used.
  case unusableTrust(file: String)
  /// libcurl can't be loaded.
  case noLibrary(String)
  /// The request was given up because the process stops.
  case stopped
}

extension FetchError: CustomStringConvertible {
  /// The reason in an administrator's words.
  public var description: String {
    switch self {
    case .notFetched(let url): "\(url) isn't an https URL on the usual port"
    case .unresolved(let host, let reason): "\(host) has no address: \(reason)"
    case .notPublic(let host):
      "\(host) has no public address, and connections to private ones are not made"
    case .status(let status) where (300...399).contains(status):
      "answered \(status), and no redirect is followed"
    case .status(let status): "answered \(status)"
    case .tooLarge(let limit): "the answer has more than \(limit) bytes"
    case .timeout(let time):
      "no answer within \(Self.seconds(time)) s"
    case .connection(let reason): "the connection failed: \(reason)"
    case .untrusted(let host):
      "the certificate of \(host) is not trusted: no authority known here signed it, or it is out of date"
    case .stopped: "stopped"
    case .noLibrary(let reason): "libcurl can't be used (\(reason)): apt install libcurl4"
    case .unusableTrust(let file): "\(file) holds no certificates in PEM that can be trusted"
    }
  }

  /// Puts the reason into words for an administrator who can name another authority.
  ///
  /// - Parameter setting: what names the file with the authorities: `--ca-file FILE`.
  /// - Returns: the reason, with the setting if the certificate isn't trusted.
  public func told(trustedBy setting: String) -> String {
    guard case .untrusted = self else { return description }
    return "\(self); \(setting) trusts a certificate authority of your own"
  }

  /// Returns a time in seconds, without a fraction of zero.
  private static func seconds(_ time: Duration) -> String {
    let seconds = time / .seconds(1)
    return seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
  }
}

extension FetchError {
  /// Translates a failure of the library into an administrator's words.
  ///
  /// - Parameters:
  ///   - failure: what ended the transfer.
  ///   - host: the host of the request, with the port if it isn't the usual one.
  ///   - trust: the file with the certificates to trust; nil for the system's.
  ///   - timeout: the bound of the transfer.
  init(_ failure: Transfer.Failure, host: String, trust: String?, timeout: Duration) {
    if failure.isGivenUp {
      self = .stopped
      return
    }
    switch failure.code {
    case CURLE_FAILED_INIT: self = .noLibrary(failure.reason)
    case CURLE_OPERATION_TIMEDOUT: self = .timeout(timeout)
    case CURLE_COULDNT_RESOLVE_HOST: self = .unresolved(host: host, reason: "no such name is known")
    case CURLE_COULDNT_CONNECT where failure.errno == ECONNREFUSED:
      self = .connection("nothing listens at \(host) (connection refused)")
    case CURLE_COULDNT_CONNECT where failure.errno != 0:
      self = .connection("\(host): \(String(cString: strerror(failure.errno)))")
    case CURLE_SSL_CACERT_BADFILE: self = .unusableTrust(file: trust ?? failure.reason)
    case CURLE_PEER_FAILED_VERIFICATION where failure.isUntrusted: self = .untrusted(host: host)
    case CURLE_PEER_FAILED_VERIFICATION:
      self = .connection("the certificate that \(host) presents is for another name")
    case CURLE_SSL_CONNECT_ERROR where failure.reason.contains("wrong version number"),
      CURLE_SSL_CONNECT_ERROR where failure.reason.contains("http request"):
      self = .connection("\(host) doesn't speak TLS on this port: is it a port for http?")
    case CURLE_SSL_CONNECT_ERROR:
      self = .connection("\(host) and this machine could not agree on TLS (\(failure.reason))")
    case CURLE_GOT_NOTHING: self = .connection("\(host) closed the connection without an answer")
    default: self = .connection("\(host): \(failure.reason)")
    }
  }
}
