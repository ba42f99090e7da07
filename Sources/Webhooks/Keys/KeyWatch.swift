import Dispatch
import Foundation
import Verification

/// Notices keys that were fetched since a snapshot was loaded, and notes those that deliveries want.
///
/// Only a delivery that is about to be refused for want of a key comes here. It costs a look at the
/// folder's time, at most one a second for all of them together.
public final class KeyWatch: Sendable {
  private struct State {
    var looked: ContinuousClock.Instant?
    var seen: timespec?
    /// When each key was noted the last time, by webhook; of the last minute before each.
    var noted: [String: [String: ContinuousClock.Instant]] = [:]
  }

  private let folder: KeyFolder
  private let lookEvery: Duration
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "wanted keys")

  /// - Parameter lookEvery: how often the folder is looked at, at most.
  public init(_ folder: KeyFolder, lookEvery: Duration = .seconds(1)) {
    self.folder = folder
    self.lookEvery = lookEvery
  }

  /// Whether a configuration was loaded, and the keys with it: they have to be compared anew.
  public func forget() { state.withLock { $0.seen = nil } }

  /// The keys in the folder, if they may have changed since the last call; else nil.
  func news() -> KeyStore? {
    let isNew = state.withLock { state in
      let now = ContinuousClock.now
      guard state.looked.map({ now - $0 >= lookEvery }) ?? true else { return false }
      state.looked = now
      guard let stamp = folder.stamp, stamp != state.seen else { return false }
      // The clock of a file system ticks slowly: what is this young may change unseen.
      state.seen = Date().timeIntervalSince1970 - Double(stamp.tv_sec) > 2 ? stamp : nil
      return true
    }
    return isNew ? folder.keys() : nil
  }

  /// Has a wanted key noted, soon. Nothing waits for it, and nothing depends on it but the key.
  func want(_ key: WantedKey) {
    let isDue = state.withLock { state in
      let now = ContinuousClock.now
      var noted = state.noted[key.webhook, default: [:]].filter { now - $0.value < .seconds(60) }
      defer { state.noted[key.webhook] = noted }
      // Whoever sends to one webhook takes no room from another, nor from its keys at fixed URLs.
      guard noted[key.url] == nil, key.isFixed || noted.count < KeyFolder.mostWanted else {
        return false
      }
      noted[key.url] = now
      return true
    }
    guard isDue else { return }
    queue.async { [folder] in try? folder.want(key) }
  }

  /// Returns when what is wanted until now was noted.
  func finish() { queue.sync {} }
}

private func != (a: timespec, b: timespec?) -> Bool {
  a.tv_sec != b?.tv_sec || a.tv_nsec != b?.tv_nsec
}
