import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1

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
  /// - Returns: the answer's status and up to 64 KiB of its body. A longer body counts as status
  ///   200 and an empty body.
  public func send(_ header: (name: String, value: String)) -> Outcome {
    if let reason = refusal() { return .unreachable(reason) }
    do {
      return try exchange(header)
    } catch is ResponseAccumulator.ResponseTooBigError {
      return .answered(status: 200, body: [])
    } catch let error as HTTPClientError
      where [.deadlineExceeded, .readTimeout, .connectTimeout].contains(error)
    {
      return .late(timeout)
    } catch {
      return .unintelligible("\(error)")
    }
  }

  private func exchange(_ header: (name: String, value: String)) throws -> Outcome {
    var configuration = try HTTPClient.Configuration.verified(trust: nil, timeout: timeout)
    configuration.tlsConfiguration?.certificateVerification = .none
    configuration.dnsOverride = [host: address]
    configuration.connectionPool.retryConnectionEstablishment = false
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    defer { try? client.syncShutdown() }
    let name = host.contains(":") ? "[\(host)]" : host
    let request = try HTTPClient.Request(
      url: "\(isSecure ? "https" : "http")://\(name):\(port)\(path)",
      headers: ["Host": authority, "User-Agent": "levelwind check", header.name: header.value])
    let task = client.execute(
      request: request, delegate: ResponseAccumulator(request: request, maxBodySize: 64 << 10),
      deadline: .now() + TimeAmount(timeout))
    let response = try task.wait()
    return .answered(
      status: Int(response.status.code),
      body: response.body.map { Array($0.readableBytesView) } ?? [])
  }

  /// Returns the reason why no connection can be made within 2 s; nil if one can.
  private func refusal() -> String? {
    guard let place = IPAddress(address) else { return "\(address) isn't an address" }
    let isOld = place.bytes.count == 4
    let descriptor = socket(
      isOld ? AF_INET : AF_INET6,
      Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return String(cString: strerror(errno)) }
    defer { close(descriptor) }
    guard connect(descriptor, to: place) != 0 else { return nil }
    guard errno == EINPROGRESS else { return String(cString: strerror(errno)) }
    var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&wait, 1, 2000) == 1 else { return String(cString: strerror(ETIMEDOUT)) }
    var (error, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
    return error == 0 ? nil : String(cString: strerror(error))
  }

  private func connect(_ descriptor: Int32, to place: IPAddress) -> Int32 {
    let port = in_port_t(port).bigEndian
    func connect<Address>(_ address: inout Address) -> Int32 {
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
        }
      }
    }
    if place.bytes.count == 4 {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port
      withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: place.bytes) }
      return connect(&address)
    }
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port
    withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: place.bytes) }
    return connect(&address)
  }
}
