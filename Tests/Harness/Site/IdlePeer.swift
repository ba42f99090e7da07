import Foundation

/// A peer that connects to the responder's socket, sends a few bytes or none, and stays.
final class IdlePeer {
  private let descriptor: Int32

  init(of path: String, saying bytes: [UInt8]) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let result = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
    }
    guard result == 0, write(descriptor, bytes, bytes.count) == bytes.count else {
      throw NotYet(description: "no connection to \(path): \(String(cString: strerror(errno)))")
    }
  }

  deinit { close(descriptor) }
}
