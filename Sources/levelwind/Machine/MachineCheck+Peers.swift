import Foundation
import Serving
import Spooling
import Webhooks

extension MachineCheck {
  /// The users of `peers` that the responder which is running can't tell from others: it would not start with
  /// them again.
  func lookAtPeers() -> [Problem] {
    guard let names = settings.peers, StateLock.isHeld(state: settings.state),
      let status = StatusFile.read(state: settings.state), status.process > 1,
      let map = try? String(contentsOfFile: "/proc/\(status.process)/uid_map", encoding: .utf8)
    else { return [] }
    return Peers.problems(with: names, usersSeen: map).map {
      Problem(file: "levelwind.yaml", key: "peers", $0)
    }
  }
}
