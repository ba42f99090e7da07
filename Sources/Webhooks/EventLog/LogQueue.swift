import Bytes
import Dispatch
import FoundationEssentials
import Glibc
import Logging

import struct Synchronization.Atomic

/// Entries of the log on their way from all threads to the one that writes them.
///
/// Taking an entry never waits. If the reader of the log doesn't keep up and the queue is full,
/// entries are dropped and counted. The count is logged as soon as writing works again.
public final class LogQueue: LogOutput {
  private struct State {
    var entries: [any LogEntry] = []
    var memory = 0
    /// The entries that were dropped or not written, and not reported yet.
    var lost = 0
    var isEnding = false
  }

  private let state = Mutex(State())
  private let all = Atomic(0)
  private let sink: any LogSink
  private let mostEntries: Int
  private let mostMemory: Int
  private let pause: useconds_t
  /// Signalled for the first entry of an empty queue, and at the end.
  private let news = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  /// The most entries that are written at once.
  private static let batch = 256

  /// - Parameters:
  ///   - sink: writes the log. Only the queue's own thread calls it.
  ///   - mostEntries: the most entries that wait.
  ///   - mostMemory: the bytes that waiting entries hold before further ones are dropped.
  ///   - pause: the time in which entries gather before they are written together. Waking the
  ///     thread for each entry would cost more than writing it.
  public init(
    to sink: any LogSink, mostEntries: Int = 16_384, mostMemory: Int = 16 << 20,
    pause: Duration = .milliseconds(10)
  ) {
    self.sink = sink
    self.mostEntries = mostEntries
    self.mostMemory = mostMemory
    self.pause = useconds_t(pause / .microseconds(1))
    NamedThread.start("log") { [self] in run() }
  }

  /// The number of entries that were dropped or not written since the process started.
  public var lost: Int { all.load(ordering: .relaxed) }

  /// Takes an entry without waiting. Drops it if the queue is full or ending.
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

  /// Writes the waiting entries and ends the thread. Returns after `time` at the latest, even if
  /// nobody reads the log.
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
      if !isEnding { usleep(pause) }
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

  /// Logs the number of lost entries.
  private func tell() {
    let lost = state.withLock { state in
      defer { state.lost = 0 }
      return state.lost
    }
    guard lost > 0 else { return }
    let record = LogRecord(
      .lost, at: Date(), fields: [("count", .number(lost)), ("lost", .number(self.lost))])
    if sink.write([record]) > 0 { state.withLock { $0.lost += lost } }
  }
}
