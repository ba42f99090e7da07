import Bytes

/// A file system that spools lie on: whether it is trusted, whether it answers, and how much space
/// it has left.
final class Volume: Sendable {
  let device: UInt64

  private struct State {
    var distrust: String?
    var losses = 0
    var space: Space?
    var asked: ContinuousClock.Instant?
    /// When each piece of work on the file system that is under way began.
    var begun: [Int: ContinuousClock.Instant] = [:]
    var last = 0
  }
  private let state = Mutex(State())

  init(device: UInt64) { self.device = device }

  /// Why nothing on this file system is acknowledged at this moment; nil if it is trusted.
  var distrust: String? { state.withLock { $0.distrust } }

  func distrust(_ reason: String) {
    state.withLock { state in
      state.distrust = reason
      state.losses += 1
    }
  }

  /// How often the file system has lost trust. A descriptor that was opened at another count may
  /// have failures left to report.
  var losses: Int { state.withLock { $0.losses } }

  /// Trusts the file system again, after a probe has succeeded.
  func trust() { state.withLock { $0.distrust = nil } }

  func requireTrust(for spool: SpoolID) throws(SpoolError) {
    guard let distrust else { return }
    let reason = "its file system is not trusted until a probe succeeds (\(distrust))"
    throw .unavailable(spool: spool, reason: reason)
  }

  /// Returns what is free, and asks for it at most once within `age`. The number is for floors, not
  /// for accounts.
  func space(
    atMost age: Duration, ask: () throws(SystemError) -> Space
  ) throws(SystemError) -> Space {
    let now = ContinuousClock.now
    let known = state.withLock { state -> Space? in
      if let space = state.space, let asked = state.asked, now - asked < age { return space }
      // Other threads take the old number, if there is one, rather than ask as well.
      state.asked = now
      return nil
    }
    if let known { return known }
    let space = try ask()
    state.withLock { $0.space = space }
    return space
  }

  /// The free space when it was last asked for; nil if it never was. Makes no system call.
  var knownSpace: Space? { state.withLock { $0.space } }

  /// Forgets how much is free, after a write without room has shown that the number is wrong.
  func forgetSpace() { state.withLock { $0.space = nil } }

  /// Does a piece of work on the file system, and counts it as under way while it lasts.
  func working<Result, E: Error>(_ body: () throws(E) -> Result) throws(E) -> Result {
    let number = state.withLock { state in
      state.last += 1
      state.begun[state.last] = .now
      return state.last
    }
    defer { state.withLock { $0.begun[number] = nil } }
    return try body()
  }

  /// How long the oldest piece of work under way has lasted; zero without any.
  var silence: Duration {
    state.withLock { state in state.begun.values.min().map { .now - $0 } ?? .zero }
  }
}

/// The file systems that the spools lie on, by device.
final class Volumes: Sendable {
  private let byDevice = Mutex<[UInt64: Volume]>([:])

  func volume(of device: UInt64) -> Volume {
    byDevice.withLock { volumes in
      if let volume = volumes[device] { return volume }
      let volume = Volume(device: device)
      volumes[device] = volume
      return volume
    }
  }

  var distrusted: [Volume] {
    byDevice.withLock { volumes in volumes.values.filter { $0.distrust != nil } }
  }

  /// Forgets a file system that no spool lies on any more.
  func forget(_ volume: Volume) {
    byDevice.withLock { $0[volume.device] = nil }
  }
}
