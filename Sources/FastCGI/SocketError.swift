import Glibc

/// Why a socket can't be listened on, or a thread can't be started to serve it.
public enum SocketError: Error, Equatable, Sendable {
  /// The path is empty, has a NUL in it, or is longer than `limit` bytes.
  case badPath(String, limit: Int)
  /// The path belongs to a file that isn't a socket; it is left alone.
  case notASocket(String)
  /// Another process listens there.
  case inUse(String)
  /// The descriptor isn't a listening Unix stream socket. TCP is refused, too: everybody who can
  /// reach the socket is trusted, and only a Unix socket has a mode and can tell who its peer is.
  case notListening(Int32)
  /// A system call failed.
  case system(call: String, errno: Int32)
}

extension SocketError: CustomStringConvertible {
  /// The reason in words, with the path, the descriptor or the system call.
  public var description: String {
    switch self {
    case .badPath(let path, let limit): "\(path): a socket's path has 1 to \(limit) bytes"
    case .notASocket(let path): "\(path) is there, and isn't a socket"
    case .inUse(let path): "\(path): another process listens there"
    case .notListening(let descriptor):
      "descriptor \(descriptor) isn't a listening Unix stream socket"
    case .system(let call, let errno): "\(call): \(String(cString: strerror(errno)))"
    }
  }
}
