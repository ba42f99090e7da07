import AdministrationMessages
import Bytes
import CLinux
import Glibc

/// The socket of a helper, which answers the questions of the pages.
struct HelperSocket: Sendable {
  /// The path of the socket.
  let path: String
  /// How long an answer may take: longer than a helper works on a change, and less than the web
  /// server waits.
  private static let patience = Duration.seconds(25)

  /// Why there isn't an answer.
  enum Failure: Error, Equatable {
    /// Nobody listens, or this process may not ask.
    case absent
    /// There was no answer in time, or one that can't be read.
    case unanswered
  }

  /// Asks a question, given as it goes over the socket.
  func ask(_ question: [UInt8]) throws(Failure) -> AdministrationAnswer {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let connection = socket(AF_UNIX, type, 0)
    guard connection >= 0 else { throw .absent }
    defer { close(connection) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw .absent
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(connection, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw .absent }
    try Self.send(question, to: connection)
    shutdown(connection, Int32(SHUT_WR))
    guard let answer = AdministrationAnswer(try Self.read(connection)) else { throw .unanswered }
    return answer
  }

  private static func send(_ bytes: [UInt8], to connection: Int32) throws(Failure) {
    var sent = 0
    let end = ContinuousClock.now + patience
    while sent < bytes.count {
      guard connection.isReady(for: POLLOUT, until: end) else { throw .unanswered }
      let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, flags)
      }
      if count > 0 {
        sent += count
      } else if errno != EAGAIN, errno != EINTR {
        throw .unanswered
      }
    }
  }

  private static func read(_ connection: Int32) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    let end = ContinuousClock.now + patience
    while connection.isReady(for: POLLIN, until: end) {
      let count = recv(connection, &piece, piece.count, Int32(MSG_DONTWAIT))
      if count == 0 { return bytes }
      guard count > 0 else {
        if errno == EAGAIN || errno == EINTR { continue }
        throw .unanswered
      }
      bytes += piece[..<count]
      guard bytes.count <= AdministrationAnswer.mostBytes else { throw .unanswered }
    }
    throw .unanswered
  }
}
