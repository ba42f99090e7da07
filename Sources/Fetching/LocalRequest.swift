import CCurl
import Glibc

/// One GET to a web server of this machine, as if its name had been resolved to this address. The
/// certificate is not verified, so the request must not carry secrets.
public struct LocalRequest: Sendable {
  /// The result of the request.
  public enum Outcome: Sendable, Equatable {
    /// Nothing listens at the address. The value is the system's reason.
    case unreachable(String)
    /// The answer took longer than this.
    case late(Duration)
    /// The server doesn't speak TLS where it should, or doesn't speak HTTP. The value is the
    /// library's reason.
    case unintelligible(String)
    /// The request could not be sent. The value is the reason, with a remedy.
    case unsent(String)
    case answered(status: Int, body: [UInt8])
  }

  /// An IPv4 or IPv6 address.
  public var address: String
  /// The TCP port.
  public var port: Int
  /// Whether the request goes over TLS.
  public var isSecure: Bool
  /// The name that is asked for, in TLS and in the URL.
  public var host: String
  /// The Host header: the name, with the port if it isn't the usual one.
  public var authority: String
  /// The path, from its first slash on, with the query if there is one.
  public var path: String
  /// The time that the whole request may take.
  public var timeout = Duration.seconds(7)

  /// Makes a request with a timeout of 7 s.
  public init(
    address: String, port: Int, isSecure: Bool, host: String, authority: String, path: String
  ) {
    self.address = address
    self.port = port
    self.isSecure = isSecure
    self.host = host
    self.authority = authority
    self.path = path
  }

  /// Sends the request and waits for its answer.
  ///
  /// - Returns: the answer's status and the first 64 KiB of its body.
  public func send(_ header: (name: String, value: String)) -> Outcome {
    guard let place = IPAddress(address) else { return .unreachable("\(address) isn't an address") }
    let name = host.contains(":") ? "[\(host)]" : host
    let transfer = Transfer(
      place: Transfer.Place(address: place), trust: .unverified, timeout: timeout,
      connectTimeout: min(timeout, .seconds(2)), limit: 64 << 10)
    let request = OutgoingRequest(
      "GET", "\(isSecure ? "https" : "http")://\(name):\(port)\(path)",
      headers: [
        (name: "Host", value: authority), (name: "User-Agent", value: "levelwind check"), header,
      ], body: [])
    do throws(Transfer.Failure) {
      let reply = try transfer.run(request)
      return .answered(status: reply.status, body: reply.body)
    } catch {
      switch error.code {
      case CURLE_FAILED_INIT: return .unsent("\(FetchError.noLibrary(error.reason))")
      case CURLE_COULDNT_CONNECT where error.errno != 0:
        return .unreachable(String(cString: strerror(error.errno)))
      case CURLE_COULDNT_CONNECT: return .unreachable(error.reason)
      case CURLE_OPERATION_TIMEDOUT where !error.isConnected:
        return .unreachable(String(cString: strerror(ETIMEDOUT)))
      case CURLE_OPERATION_TIMEDOUT: return .late(timeout)
      default: return .unintelligible(error.reason)
      }
    }
  }
}
