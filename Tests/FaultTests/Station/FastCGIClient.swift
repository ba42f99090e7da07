import Foundation

/// The web server's side of one kept FastCGI connection.
final class FastCGIClient {
  /// The connection failed, or ended before the answer.
  struct Lost: Error {}

  /// The parts of an answer that tests look at.
  struct Answer {
    let status: Int
    let hasRetryAfter: Bool
    let body: String
    /// The delivery's id in a successful answer.
    var delivery: String? {
      body.split(separator: "\"").dropFirst(3).first.map(String.init)
    }
  }

  private let descriptor: Int32
  private var buffer: [UInt8] = []

  /// Connects to a socket. `patience` is the bound of each read and write, in seconds.
  init(socket path: String, patience: Int = 60) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var time = timeval(tv_sec: patience, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if result != 0 { throw Lost() }
  }

  deinit { close(descriptor) }

  /// Posts JSON and waits for the answer.
  func post(_ path: String, _ body: [UInt8], secret: String) throws -> Answer {
    try send(
      [
        ("REQUEST_METHOD", "POST"), ("REQUEST_URI", path), ("REMOTE_ADDR", "127.0.0.1"),
        ("CONTENT_TYPE", "application/json"), ("CONTENT_LENGTH", "\(body.count)"),
        ("HTTP_X_WEBHOOK_SECRET", secret),
      ], body)
    return try answer()
  }

  func get(_ path: String) throws -> Answer {
    try send([("REQUEST_METHOD", "GET"), ("REQUEST_URI", path)], [])
    return try answer()
  }

  private func send(_ parameters: [(name: String, value: String)], _ body: [UInt8]) throws {
    var content: [UInt8] = []
    for (name, value) in parameters {
      precondition(name.utf8.count < 128 && value.utf8.count < 128)
      content += [UInt8(name.utf8.count), UInt8(value.utf8.count)] + name.utf8 + value.utf8
    }
    let keep: UInt8 = 1
    var bytes = Self.record(1, [0, 1, keep, 0, 0, 0, 0, 0][...])
    bytes += Self.record(4, content[...]) + Self.record(4, [])
    var rest = body[...]
    while !rest.isEmpty {
      bytes += Self.record(5, rest.prefix(65_535))
      rest = rest.dropFirst(65_535)
    }
    try write(bytes + Self.record(5, []))
  }

  private func write(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { throw Lost() }
      sent += count
    }
  }

  private func answer() throws -> Answer {
    var content: [UInt8] = []
    while true {
      let header = try take(8)
      let part = try take(Int(header[4]) << 8 | Int(header[5]))
      _ = try take(Int(header[6]))
      if header[1] == 6 { content += part }
      if header[1] == 3 { return Self.parse(content) }
    }
  }

  private func take(_ count: Int) throws -> [UInt8] {
    while buffer.count < count {
      var chunk = [UInt8](repeating: 0, count: 4096)
      let read = recv(descriptor, &chunk, chunk.count, 0)
      if read <= 0 { throw Lost() }
      buffer += chunk.prefix(read)
    }
    defer { buffer.removeFirst(count) }
    return Array(buffer.prefix(count))
  }

  private static func record(_ type: UInt8, _ content: ArraySlice<UInt8>) -> [UInt8] {
    [1, type, 0, 1, UInt8(content.count >> 8), UInt8(content.count & 255), 0, 0] + content
  }

  private static func parse(_ content: [UInt8]) -> Answer {
    let text = String(decoding: content, as: UTF8.self)
    guard let gap = text.firstRange(of: "\r\n\r\n") else {
      return Answer(status: 0, hasRetryAfter: false, body: text)
    }
    let head = text[..<gap.lowerBound]
    return Answer(
      status: Int(head.dropFirst("Status: ".count).prefix(3)) ?? 0,
      hasRetryAfter: head.contains("Retry-After: "), body: String(text[gap.upperBound...]))
  }
}
