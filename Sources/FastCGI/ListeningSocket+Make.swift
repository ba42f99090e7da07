import CLinux
import Glibc

extension ListeningSocket {
  /// The most bytes that a socket's path can have.
  public static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  /// Makes a Unix socket and listens on it.
  ///
  /// A socket that a process left behind when it ended is replaced. A socket that somebody listens
  /// on, and a file of another kind, are left alone.
  ///
  /// Nobody can connect before the mode and the group are set: a socket refuses connections until
  /// it listens. The directory stays locked until then, so that two processes that start at once
  /// can't remove each other's sockets.
  ///
  /// - Parameters:
  ///   - path: at most `longestPath` bytes.
  ///   - mode: who may connect; 0660 is the owner and the group.
  ///   - backlog: how many connections may wait; the kernel caps it at net.core.somaxconn. nginx
  ///     answers 502 at once when the backlog is full.
  ///   - group: the id of the socket's group, such as the web server's; nil for the process's own.
  /// - Returns: the socket, which listens already.
  /// - Throws: `badPath`, `notASocket` or `inUse`; `system` if a system call failed.
  public static func make(
    path: String, mode: mode_t = 0o660, backlog: Int32 = 4096, group: gid_t? = nil
  ) throws(SocketError) -> ListeningSocket {
    var address = try address(of: path)
    let parent = parent(of: path)
    let directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    try check("open \(parent)", directory)
    defer { Glibc.close(directory) }
    try check("flock \(parent)", flock(directory, LOCK_EX))

    try removeStale(path, address)
    let descriptor = try socket()
    do throws(SocketError) {
      // bind(2) gives the file the descriptor's mode less the umask, so that the file never has a
      // wider mode than this.
      try check("fchmod", fchmod(descriptor, mode))
      try check("bind \(path)", call(bind, descriptor, &address))
      guard let identity = identity(of: path) else { throw .system(call: "lstat", errno: errno) }
      let made = ListeningSocket(descriptor: descriptor, made: (path, identity))
      if let group { try check("chown \(path)", lchown(path, uid_t.max, group)) }
      try check("chmod \(path)", chmod(path, mode))
      try check("listen \(path)", listen(descriptor, backlog))
      return made
    } catch {
      // A socket that is bound and doesn't listen is stale: the next start removes it.
      Glibc.close(descriptor)
      throw error
    }
  }

  private static func removeStale(_ path: String, _ address: sockaddr_un) throws(SocketError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      guard errno == ENOENT else { throw .system(call: "lstat \(path)", errno: errno) }
      return
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
    let probe = try socket()
    defer { Glibc.close(probe) }
    var address = address
    if call(connect, probe, &address) == 0 { throw .inUse(path) }
    switch errno {
    case ECONNREFUSED: try check("unlink \(path)", unlink(path))
    case ENOENT: return
    // A full backlog, or a socket of another type: a process uses it.
    case EAGAIN, EPROTOTYPE: throw .inUse(path)
    default: throw .system(call: "connect \(path)", errno: errno)
    }
  }

  private static func socket() throws(SocketError) -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = Glibc.socket(AF_UNIX, type, 0)
    try check("socket", descriptor)
    return descriptor
  }

  private static func address(of path: String) throws(SocketError) -> sockaddr_un {
    let bytes = Array(path.utf8)
    guard (1...longestPath).contains(bytes.count), !bytes.contains(0) else {
      throw .badPath(path, limit: longestPath)
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return address
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func call(
    _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ descriptor: Int32,
    _ address: inout sockaddr_un
  ) -> Int32 {
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  private static func check(_ call: String, _ result: Int32) throws(SocketError) {
    guard result >= 0 else { throw .system(call: call, errno: errno) }
  }
}
