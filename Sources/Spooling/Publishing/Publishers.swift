import Bytes
import Dispatch

/// The publishers: one for each file system that spools lie on, and one for spools whose file
/// system isn't known yet.
final class Publishers: Sendable {
  private struct State {
    var all: [Unpublished.Home: Publisher] = [:]
    var isFinishing = false
  }
  private let state = Mutex(State())
  private let set: SpoolSet
  private let unpublished: Unpublished
  private let layout: WALLayout
  private let lookEvery: Duration?
  private let aside: @Sendable () -> SetAside?
  private let onProgress: @Sendable () -> Void

  /// Creates publishers without threads, which start when spools are assigned to them.
  ///
  /// - Parameters:
  ///   - set: the spools that tasks are published into.
  ///   - unpublished: the tasks to publish.
  ///   - layout: the times and bounds of publishing.
  ///   - lookEvery: how often each publisher looks after its spools; nil to leave that to `look`.
  ///   - aside: returns what is set aside; nil while the log isn't open.
  ///   - onProgress: called when something was published.
  init(
    _ set: SpoolSet, _ unpublished: Unpublished, layout: WALLayout, lookEvery: Duration?,
    aside: @escaping @Sendable () -> SetAside?, onProgress: @escaping @Sendable () -> Void
  ) {
    self.set = set
    self.unpublished = unpublished
    self.layout = layout
    self.lookEvery = lookEvery
    self.aside = aside
    self.onProgress = onProgress
  }

  /// Assigns each spool to the publisher of the file system on which it was found.
  func update() {
    for (spool, volume) in set.homes { assign(spool, to: volume) }
  }

  /// Tells publishers that they have work.
  func wake(_ homes: Set<Unpublished.Home>) {
    if homes.isEmpty { return }
    let awake = state.withLock { state in homes.map { state.all[$0] } }
    for publisher in awake {
      if let publisher { publisher.wake() } else { self.publisher(of: nil)?.wake() }
    }
  }

  /// Makes all publishers publish without a pause, because the log gets full.
  func hurry() { for publisher in all { publisher.hurry() } }

  /// Makes all publishers look after their spools once.
  ///
  /// - Parameter time: how long to wait for publishers that don't answer.
  func look(within time: Duration) {
    let end = DispatchTime.now() + DispatchTimeInterval(time)
    for over in all.map({ $0.look() }) { _ = over.wait(timeout: end) }
  }

  /// Publishes what can be published, and ends the threads.
  ///
  /// - Returns: false if a thread has not ended by then, because its file system doesn't answer.
  func finish(until end: DispatchTime) -> Bool {
    state.withLock { $0.isFinishing = true }
    for publisher in all { publisher.finish() }
    return all.map { $0.waitForEnd(until: end) }.allSatisfy { $0 }
  }

  private var all: [Publisher] { state.withLock { Array($0.all.values) } }

  private func assign(_ spool: SpoolID, to volume: Volume?) {
    unpublished.assign(spool, to: volume.map { ObjectIdentifier($0) })
    publisher(of: volume)?.wake()
  }

  /// Returns the publisher of a file system, and starts it if need be.
  ///
  /// - Returns: nil if the publishers are ending and this one was never started.
  private func publisher(of volume: Volume?) -> Publisher? {
    state.withLock { state in
      let home = volume.map { ObjectIdentifier($0) }
      if let known = state.all[home] { return known }
      if state.isFinishing { return nil }
      let room = Publisher.Room(
        set: set, unpublished: unpublished, layout: layout, lookEvery: lookEvery, aside: aside,
        hand: { [self] in assign($0, to: $1) }, onProgress: onProgress)
      let publisher = Publisher(of: volume, number: state.all.count + 1, in: room)
      state.all[home] = publisher
      return publisher
    }
  }
}
