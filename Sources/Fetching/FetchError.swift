import Foundation

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
      "no answer within \((time / .seconds(1)).formatted(.number.grouping(.never))) s"
    case .connection(let reason): "the connection failed: \(reason)"
    case .untrusted(let host):
      "the certificate of \(host) is not trusted: no authority known here signed it, or it is out of date"
    case .stopped: "stopped"
    case .unusableTrust(let file): "\(file) holds no certificates in PEM that can be trusted"
    }
  }
}
