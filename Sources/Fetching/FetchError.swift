import Foundation

/// Why nothing was fetched.
public enum FetchError: Error, Sendable, Equatable {
  /// It is no https URL to a host on the usual port, without user and password.
  case notFetched(url: String)
  /// The host has no address.
  case unresolved(host: String, reason: String)
  /// None of the host's addresses is public.
  case notPublic(host: String)
  /// The answer has another status than 200. A redirect is one of these: none is followed.
  case status(Int)
  /// The answer has more bytes than this.
  case tooLarge(limit: Int)
  /// It took longer than this.
  case timeout(Duration)
  /// The connection, its TLS or HTTP on it failed.
  case connection(String)
  /// The server's certificate leads to no authority that is trusted, or is out of date.
  case untrusted(host: String)
  /// The file with certificates to trust can't be used.
  case unusableTrust(file: String)
  /// Somebody wanted to stop before it was known how it ends.
  case stopped
}

extension FetchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFetched(let url): "\(url) is no https URL on the usual port"
    case .unresolved(let host, let reason): "\(host) has no address: \(reason)"
    case .notPublic(let host): "\(host) has no public address, and others are not connected to"
    case .status(let status) where (300...399).contains(status):
      "answered \(status), and no redirect is followed"
    case .status(let status): "answered \(status)"
    case .tooLarge(let limit): "the answer has more than \(limit) bytes"
    case .timeout(let time):
      "no answer within \((time / .seconds(1)).formatted(.number.grouping(.never))) s"
    case .connection(let reason): "the connection failed: \(reason)"
    case .untrusted(let host):
      "the certificate of \(host) is not trusted: no authority known here signed it, or it is out of date"
    case .stopped: "stopped"
    case .unusableTrust(let file): "\(file) holds no certificates in PEM that can be trusted"
    }
  }
}
