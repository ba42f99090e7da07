import CSystemd
import FastCGI

extension ListeningSocket {
  /// Returns systemd's socket; nil if this process was not started with one.
  package static func handedOver() throws(SocketError) -> ListeningSocket? {
    guard sd_listen_fds(1) > 0 else { return nil }
    return try adopt(SD_LISTEN_FDS_START)
  }
}
