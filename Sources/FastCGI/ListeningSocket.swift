import Bytes
import CLinux
import Glibc

/// A Unix socket that listens: made here, or taken over from systemd.
///
/// The descriptor is non-blocking and closed on exec. A socket that was made here loses its path
/// when it is retired. A socket of systemd keeps its path and its backlog, whatever is done here.
public final class ListeningSocket: Sendable {
  /// The file at the path when the socket was made.
  struct Identity: Equatable {
    let device: dev_t
    let inode: ino_t
  }

  /// The socket's descriptor, valid until `close`.
  public let descriptor: Int32
  private let made: (path: String, identity: Identity)?
  private let isClosed = Mutex(false)

  /// Whether the socket was made here, so that no other process will accept what is left in its
  /// backlog.
  var isOurs: Bool { made != nil }

  init(descriptor: Int32, made: (path: String, identity: Identity)?) {
    self.descriptor = descriptor
    self.made = made
  }

  /// Takes over a listening socket from systemd. The descriptor belongs to the result from then on.
  ///
  /// - Throws: `SocketError.notListening` for anything but a listening Unix stream socket.
  public static func adopt(_ descriptor: Int32) throws(SocketError) -> ListeningSocket {
    guard option(SO_DOMAIN, of: descriptor) == AF_UNIX,
      option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue),
      option(SO_ACCEPTCONN, of: descriptor) == 1
    else { throw .notListening(descriptor) }
    let flags = fcntl(descriptor, F_GETFL)
    guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0,
      fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
    else { throw .system(call: "fcntl", errno: errno) }
    return ListeningSocket(descriptor: descriptor, made: nil)
  }

  /// Removes the path of a socket that was made here, if the path still is this socket. Does
  /// nothing to a socket of systemd.
  public func retire() {
    guard let made, Self.identity(of: made.path) == made.identity else { return }
    unlink(made.path)
  }

  /// Retires the socket and closes the descriptor. Further calls do nothing.
  public func close() {
    isClosed.withLock { isClosed in
      guard !isClosed else { return }
      isClosed = true
      retire()
      Glibc.close(descriptor)
    }
  }

  static func identity(of path: String) -> Identity? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    return Identity(device: status.st_dev, inode: status.st_ino)
  }

  private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 else { return nil }
    return value
  }
}

extension timeval {
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self.init(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
  }
}
