import Dispatch
import Foundation

/// Publishes what is durable in the log, many deliveries together, on a thread of its own: at once where
/// little happens, nothing more comes or the log gets full, and every `interval` under load.
final class LogPublisher: Sendable {
  private struct State {
    var groups: [LoggedGroup] = []
    var files = 0
    /// The log gets full.
    var isScarce = false
    var isFinishing = false
  }
  private let state = Mutex(State())
  /// Signalled when there is something, when there is much, and at the end.
  private let work = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()
  private let layout: LogLayout

  /// - Parameter onFailure: called on the thread when something can't be published; it ends then, and
  ///   what is left has to be published from the log.
  init(
    _ progress: LogProgress, layout: LogLayout,
    onFailure: @escaping @Sendable (SpoolError) -> Void
  ) {
    self.layout = layout
    ended.enter()
    // Handed over, so that its files are closed when the thread says that it has ended.
    let handed = Mutex<LogProgress?>(progress)
    let thread = Thread { [self] in
      if let progress = handed.withLock({ $0.take() }) {
        do throws(SpoolError) { try run(progress) } catch { onFailure(error) }
      }
      ended.leave()
    }
    thread.name = "log-publish"
    thread.start()
  }

  /// How many files are durable and not published yet.
  var unpublished: Int { state.withLock { $0.files } }

  /// - Parameter isScarce: whether the log gets full, so that nothing should wait in it.
  func add(_ group: LoggedGroup, isScarce: Bool) {
    let isDue = state.withLock { state in
      let (before, after) = (state.files, state.files + group.files.count)
      let becomesScarce = isScarce && !state.isScarce
      state.groups.append(group)
      state.files = after
      state.isScarce = isScarce
      let becomesMuch = before < layout.mostPublished && after >= layout.mostPublished
      return before == 0 || becomesMuch || becomesScarce
    }
    if isDue { work.signal() }
  }

  /// Publishes what there is, and returns when the thread has ended.
  func finish() {
    state.withLock { $0.isFinishing = true }
    work.signal()
    ended.wait()
    // What is left of one that failed is published from the log. The thread may hold on to this for a
    // little longer, but not to the folders of those files.
    state.withLock { $0.groups = [] }
  }

  private func run(_ progress: LogProgress) throws(SpoolError) {
    var progress = progress
    var due = ContinuousClock.now
    while true {
      wait(until: due)
      let (groups, isLast) = state.withLock { ($0.groups, $0.isFinishing) }
      if let last = groups.last {
        try Publication.publish(groups.flatMap(\.files))
        do { try progress.advance(to: last.sequence) } catch { throw .log(error) }
        state.withLock { state in
          state.groups.removeFirst(groups.count)
          state.isScarce = false
          state.files -= groups.reduce(0) { $0 + $1.files.count }
          // The signals of what came meanwhile have been taken.
          if !state.groups.isEmpty || state.isFinishing { work.signal() }
        }
      } else if isLast {
        return
      }
      due = .now + layout.interval
    }
  }

  /// Waits for work, and then until it is due, unless there is much of it, no room for more, or no more
  /// to come.
  private func wait(until due: ContinuousClock.Instant) {
    work.wait()
    var before = 0
    while true {
      let (files, isUrgent) = state.withLock { ($0.files, $0.isFinishing || $0.isScarce) }
      let left = due - .now
      let isEnough = files >= layout.mostPublished || files == before
      if isUrgent || isEnough || left <= .zero { return }
      before = files
      _ = work.wait(timeout: .now() + DispatchTimeInterval(min(left, layout.calm)))
    }
  }
}
