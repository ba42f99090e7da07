import Bytes
import Dispatch
import FoundationEssentials
import Glibc
import Verification

/// The responder's view of the key folder. It notices keys that were fetched after a snapshot was
/// loaded, and notes keys that deliveries need.
///
/// Only a delivery that is about to be rejected for a missing key comes here. It costs a `stat` of
/// the folder, at most one a second for all deliveries together.
public final class KeyWatch: Sendable {
  private struct State {
    var looked: ContinuousClock.Instant?
    var seen: timespec?
    /// The moments at which keys were noted, by webhook and URL. Moments older than a minute are
    /// removed at the webhook's next note.
    var noted: [String: [String: ContinuousClock.Instant]] = [:]
  }

  private let folder: KeyFolder
  private let lookEvery: Duration
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "wanted keys")

  /// Watches a folder. `lookEvery` is the shortest time between two looks at the folder.
  public init(_ folder: KeyFolder, lookEvery: Duration = .seconds(1)) {
    self.folder = folder
    self.lookEvery = lookEvery
  }

  /// Makes the next look read the folder, even if it is unchanged. Called after a configuration was
  /// loaded, which has to get the fetched keys anew.
  public func forget() { state.withLock { $0.seen = nil } }

  /// Returns the keys in the folder if they may have changed since the last call; nil otherwise.
  func news() -> KeyStore? {
    let isNew = state.withLock { state in
      let now = ContinuousClock.now
      guard state.looked.map({ now - $0 >= lookEvery }) ?? true else { return false }
      state.looked = now
      guard let stamp = folder.stamp, stamp != state.seen else { return false }
      // A file system's clock ticks slowly, so a folder changed in the last two seconds may change
      // again without a new modification time.
      state.seen = Date().timeIntervalSince1970 - Double(stamp.tv_sec) > 2 ? stamp : nil
      return true
    }
    return isNew ? folder.keys() : nil
  }

  /// Notes a wanted key in the background. Nobody waits for the note. If it fails, only the key is
  /// missing longer.
  func want(_ key: WantedKey) {
    let isDue = state.withLock { state in
      let now = ContinuousClock.now
      var noted = state.noted[key.webhook, default: [:]].filter { now - $0.value < .seconds(60) }
      defer { state.noted[key.webhook] = noted }
      // Deliveries to one webhook don't use up the room of another, nor the room of keys at fixed
      // URLs.
      guard noted[key.url] == nil, key.isFixed || noted.count < KeyFolder.mostWanted else {
        return false
      }
      noted[key.url] = now
      return true
    }
    guard isDue else { return }
    queue.async { [folder] in try? folder.want(key) }
  }

  /// Waits until every key that was wanted before this call is noted.
  func finish() { queue.sync {} }
}

private func != (a: timespec, b: timespec?) -> Bool {
  a.tv_sec != b?.tv_sec || a.tv_nsec != b?.tv_nsec
}

/// A missing key that a delivery needed, noted for `levelwind keys refresh`.
public struct WantedKey: Sendable, Codable, Equatable {
  /// The URL where the sender publishes the key. The program that fetches it checks it against the
  /// sender's hosts again.
  public let url: String
  /// The identifier of the webhook that needs the key.
  public let webhook: String

  /// Whether the URL is a fixed one that no delivery can choose. It is part of the note's file
  /// name, not of its content.
  var isFixed = false

  private enum CodingKeys: CodingKey { case url, webhook }

  /// Creates a note. Each argument is described at its property.
  public init(url: String, webhook: String, isFixed: Bool = false) {
    self.url = url
    self.webhook = webhook
    self.isFixed = isFixed
  }
}
