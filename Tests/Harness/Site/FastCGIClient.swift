import Foundation

/// The web server's side of one FastCGI connection, small and well-behaved.
///
/// Each read and write fails after a minute.
final class FastCGIClient {
  /// A call failed, or the connection ended before the answer: `errno` is 0 then.
  struct Failure: Error {
    let what: String
    let errno: Int32
  }

  private static let begin: UInt8 = 1
  private static let end: UInt8 = 3
  private static let parameters: UInt8 = 4
  private static let input: UInt8 = 5
  private static let output: UInt8 = 6

  let descriptor: Int32
  private var buffer: [UInt8] = []

  /// Takes over a connected socket.
  init(descriptor: Int32) {
    self.descriptor = descriptor
    var time = timeval(tv_sec: 60, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
  }

  /// Connects to a socket.
  convenience init(path: String) throws {
    self.init(descriptor: socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else { throw Failure(what: "connect", errno: errno) }
  }

  deinit { close(descriptor) }

  // MARK: A request

  /// Sends a whole request and waits for its reply.
  func exchange(
    _ parameters: [(String, String)] = [("REQUEST_METHOD", "GET")], body: [UInt8] = [],
    keep: Bool = true
  ) throws -> Reply {
    try beginRequest(parameters, keep: keep)
    try sendBody(body)
    try endBody()
    return try reply()
  }

  /// Sends a POST with its length announced, and waits for its reply.
  func post(
    _ body: [UInt8], announced: String? = nil, path: String = "/", keep: Bool = true
  ) throws -> Reply {
    let parameters = [
      ("REQUEST_METHOD", "POST"), ("REQUEST_URI", path),
      ("CONTENT_LENGTH", announced ?? "\(body.count)"),
    ]
    return try exchange(parameters, body: body, keep: keep)
  }

  /// Posts JSON with the secret of a webhook, and waits for the answer.
  func post(_ path: String, _ body: [UInt8], secret: String) throws -> Reply {
    try exchange(
      [
        ("REQUEST_METHOD", "POST"), ("REQUEST_URI", path), ("REMOTE_ADDR", "127.0.0.1"),
        ("CONTENT_TYPE", "application/json"), ("CONTENT_LENGTH", "\(body.count)"),
        ("HTTP_X_WEBHOOK_SECRET", secret),
      ], body: body)
  }

  func get(_ path: String) throws -> Reply {
    try exchange([("REQUEST_METHOD", "GET"), ("REQUEST_URI", path)])
  }

  func beginRequest(_ parameters: [(String, String)], keep: Bool = true) throws {
    var all: [UInt8] = []
    for (name, value) in parameters {
      all += Self.length(name.utf8.count) + Self.length(value.utf8.count)
      all += Array(name.utf8) + Array(value.utf8)
    }
    var bytes = Self.record(Self.begin, [0, 1, keep ? 1 : 0, 0, 0, 0, 0, 0])
    bytes += Self.records(Self.parameters, all) + Self.record(Self.parameters, [])
    try send(bytes)
  }

  func sendBody(_ body: [UInt8]) throws { try send(Self.records(Self.input, body)) }

  func endBody() throws { try send(Self.record(Self.input, [])) }

  func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure(what: "send", errno: errno) }
      rest = rest.dropFirst(count)
    }
  }

  // MARK: A reply

  /// Reads a reply up to its end record.
  func reply() throws -> Reply {
    var content: [UInt8] = []
    while true {
      let header = try take(8)
      let body = try take(Int(header[4]) << 8 | Int(header[5]))
      _ = try take(Int(header[6]))
      if header[1] == Self.output { content += body }
      if header[1] == Self.end { return Reply(cgi: content) }
    }
  }

  /// Waits until the other side closes the connection.
  ///
  /// - Returns: false if it sends something instead.
  func isClosed() throws -> Bool {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, 0)
    if count < 0, errno != ECONNRESET { throw Failure(what: "recv", errno: errno) }
    return count <= 0
  }

  private func take(_ count: Int) throws -> [UInt8] {
    while buffer.count < count {
      var chunk = [UInt8](repeating: 0, count: 16_384)
      let read = recv(descriptor, &chunk, chunk.count, 0)
      guard read > 0 else { throw Failure(what: "recv", errno: read < 0 ? errno : 0) }
      buffer += chunk.prefix(read)
    }
    defer { buffer.removeFirst(count) }
    return Array(buffer.prefix(count))
  }

  // MARK: Records

  private static func records(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
    var records: [UInt8] = []
    records.reserveCapacity(content.count + content.count / 4096 + 16)
    var rest = content[...]
    while !rest.isEmpty {
      records += record(type, rest.prefix(65_535))
      rest = rest.dropFirst(65_535)
    }
    return records
  }

  private static func record(_ type: UInt8, _ content: some Collection<UInt8>) -> [UInt8] {
    let padding = (8 - content.count % 8) % 8
    let header: [UInt8] = [
      1, type, 0, 1, UInt8(content.count >> 8), UInt8(content.count & 255), UInt8(padding), 0,
    ]
    return header + content + [UInt8](repeating: 0, count: padding)
  }

  private static func length(_ count: Int) -> [UInt8] {
    guard count > 127 else { return [UInt8(count)] }
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) | ($0 == 24 ? 0x80 : 0) }
  }
}
