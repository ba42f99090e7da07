import FoundationEssentials
import Serving
import Spooling
import Webhooks

extension MachineCheck {
  /// Finds users of `peers` that the running responder can't tell from others. With them it would
  /// not start again.
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
