import CCurl
import Glibc

/// Takes an answer as libcurl brings it.
final class Received {
  private(set) var reply = Transfer.Reply()
  private(set) var isHeadWhole = false
  private let limit: Int
  /// The address that may be connected to; nil for any.
  private let allowed: IPAddress?

  init(limit: Int, place: IPAddress?) {
    self.limit = limit
    allowed = place
  }

  /// Registers the callbacks. The object must outlive the transfer.
  func listen(to curl: Handle) {
    let this = Unmanaged.passUnretained(self).toOpaque()
    curl.receive(CURLOPT_WRITEFUNCTION) { bytes, size, count, this in
      Received.of(this).take(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    curl.set(CURLOPT_WRITEDATA, pointer: this)
    curl.receive(CURLOPT_HEADERFUNCTION) { bytes, size, count, this in
      Received.of(this).takeLine(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    curl.set(CURLOPT_HEADERDATA, pointer: this)
    curl.open { this, _, address in Received.of(this).open(address) }
    curl.set(CURLOPT_OPENSOCKETDATA, pointer: this)
  }

  private static func of(_ this: UnsafeMutableRawPointer?) -> Received {
    guard let this else { preconditionFailure("libcurl passes on what it was given") }
    return Unmanaged<Received>.fromOpaque(this).takeUnretainedValue()
  }

  /// Keeps bytes of the body. Returns fewer than came to end the transfer.
  private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
    let room = limit - reply.body.count
    reply.body += bytes.prefix(room)
    reply.isCut = bytes.count > room
    return reply.isCut ? 0 : bytes.count
  }

  /// Takes a line of the head, with its end. The lines of an interim answer (1xx) come first.
  private func takeLine(_ bytes: UnsafeRawBufferPointer) -> Int {
    let line = String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      reply.status = Int(line.split(separator: " ").dropFirst().first ?? "") ?? 0
      reply.retryAfter = nil
    }
    if line.allSatisfy(\.isNewline), reply.status >= 200 { isHeadWhole = true }
    let parts = line.split(separator: ":", maxSplits: 1)
    if parts.count == 2, parts[0].lowercased() == "retry-after", reply.retryAfter == nil {
      reply.retryAfter = String(parts[1].drop(while: \.isWhitespace).prefix { !$0.isNewline })
    }
    return bytes.count
  }

  /// Opens a socket for an address; refuses an address that was not looked at.
  private func open(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
    guard let address, let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else {
      return CURL_SOCKET_BAD
    }
    if let allowed {
      let text = Resolver.text(
        UnsafeRawPointer(address).advanced(by: offset).assumingMemoryBound(to: sockaddr.self),
        socklen_t(address.pointee.addrlen))
      guard let text, IPAddress(text) == allowed else { return CURL_SOCKET_BAD }
    }
    return socket(
      address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
      address.pointee.`protocol`)
  }
}
