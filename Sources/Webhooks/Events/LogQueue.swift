import Dispatch
import Foundation
import Logging
import Synchronization

/// The log between those who have something to say and the one thread that writes it.
///
/// Taking an entry never waits. What finds the queue full, because whoever reads the log does not keep
/// up, is dropped and counted, and the count is logged as soon as something can be written again.
public final class LogQueue: LogOutput {
  private struct State {
    var entries: [any LogEntry] = []
    var memory = 0
    /// Dropped, and not told of yet.
    var lost = 0
    var isEnding = false
  }

  private let state = Mutex(State())
  private let all = Atomic(0)
  private let sink: any LogSink
  private let mostEntries: Int
  private let mostMemory: Int
  private let pause: TimeInterval
  /// Signalled for the first entry of an empty queue, and for the end.
  private let news = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  /// Written at once.
  private static let batch = 256

  /// - Parameters:
  ///   - sink: is called by the queue's own thread alone.
  ///   - mostEntries: how many entries wait at most.
  ///   - mostMemory: how many bytes they hold at most.
  ///   - pause: how long the thread lets entries gather before it writes them together: waking it for
  ///     each of them would cost more than writing them.
  public init(
    to sink: any LogSink, mostEntries: Int = 16_384, mostMemory: Int = 16 << 20,
    pause: Duration = .milliseconds(10)
  ) {
    self.sink = sink
    self.mostEntries = mostEntries
    self.mostMemory = mostMemory
    self.pause = pause / .seconds(1)
    let thread = Thread { [self] in run() }
    thread.name = "log"
    thread.start()
  }

  /// How many entries were dropped or could not be written, since the process started.
  public var lost: Int { all.load(ordering: .relaxed) }

  public func take(_ entry: any LogEntry) {
    let isFirst = state.withLock { state in
      guard state.entries.count < mostEntries, state.memory < mostMemory, !state.isEnding else {
        state.lost += 1
        all.add(1, ordering: .relaxed)
        return false
      }
      state.entries.append(entry)
      state.memory += entry.memory
      return state.entries.count == 1
    }
    if isFirst { news.signal() }
  }

  /// Writes what is there, and ends the thread. A log that nobody reads holds it up no longer than this.
  public func finish(within time: DispatchTimeInterval = .seconds(1)) {
    state.withLock { $0.isEnding = true }
    news.signal()
    _ = ended.wait(timeout: .now() + time)
  }

  private func run() {
    var isEnding = false
    while !isEnding {
      news.wait()
      isEnding = state.withLock { $0.isEnding }
      if !isEnding { Thread.sleep(forTimeInterval: pause) }
      let taken = state.withLock { state in
        defer { (state.entries, state.memory) = ([], 0) }
        return state.entries
      }
      write(taken)
    }
    ended.signal()
  }

  private func write(_ entries: [any LogEntry]) {
    for start in stride(from: 0, to: entries.count, by: Self.batch) {
      let records = entries[start...].prefix(Self.batch).map(\.record)
      let unwritten = sink.write(records)
      if unwritten > 0 { lose(unwritten) }
      if unwritten < records.count { tell() }
    }
  }

  private func lose(_ count: Int) {
    state.withLock { $0.lost += count }
    all.add(count, ordering: .relaxed)
  }

  /// Logs how many entries were lost.
  private func tell() {
    let lost = state.withLock { state in
      defer { state.lost = 0 }
      return state.lost
    }
    guard lost > 0 else { return }
    let record = LogRecord(
      time: Date(), level: .error, message: "log entries were lost",
      fields: [("count", .number(lost)), ("lost", .number(self.lost))], isDelivery: true)
    if sink.write([record]) > 0 { state.withLock { $0.lost += lost } }
  }
}
