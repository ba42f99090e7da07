import Bytes
import Dispatch
import Foundation
import Testing

import struct Synchronization.Atomic

@testable import Harness
@testable import Webhooks

/// Writing the log never holds up who has something to say.
@Suite struct LogQueueTests {
  /// A log whose reader may stop reading.
  private final class Sink: LogSink {
    let records = Mutex<[LogRecord]>([])
    let isBroken = Atomic(false)
    private let gate = DispatchSemaphore(value: 0)
    private let begun = DispatchSemaphore(value: 0)
    private let isShut: Atomic<Bool>

    init(isShut: Bool) { self.isShut = Atomic(isShut) }

    func open() {
      isShut.store(false, ordering: .relaxed)
      gate.signal()
    }

    /// Waits until a write is held up.
    func waitUntilHeld() { begun.wait() }

    func write(_ records: [LogRecord]) -> Int {
      if isShut.load(ordering: .relaxed) {
        begun.signal()
        gate.wait()
      }
      if isBroken.load(ordering: .relaxed) { return records.count }
      self.records.withLock { $0 += records }
      return 0
    }

    var messages: [String] { records.withLock { $0.map(\.message) } }
  }

  private func entry(_ number: Int) -> LogRecord {
    LogRecord(time: Date(), level: .info, message: "\(number)", fields: [])
  }

  @Test func `all that is taken is written in its order, and the end waits for it`() {
    let sink = Sink(isShut: false)
    let queue = LogQueue(to: sink)
    for number in 0..<2000 { queue.take(entry(number)) }
    queue.finish(within: .seconds(30))
    #expect(sink.messages == (0..<2000).map(String.init))
    #expect(queue.lost == 0)
    queue.take(entry(1))
    #expect(queue.lost == 1)
  }

  @Test func `a log that nobody reads drops what it has no room for, counts it and says so`() throws
  {
    let sink = Sink(isShut: true)
    let queue = LogQueue(to: sink, mostEntries: 100)
    queue.take(entry(-1))
    sink.waitUntilHeld()
    let start = ContinuousClock.now
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for number in 0..<500 { queue.take(entry(number)) }
    }
    // Nothing was read so far: waiting for the reader would never end.
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(queue.lost == 4000 - 100)
    sink.open()
    queue.finish(within: .seconds(30))
    let told = sink.records.withLock { $0.filter { $0.message == "log entries were lost" } }
    #expect(told.count == 1)
    #expect(told.first?.fields.first { $0.name == "count" }?.value == .number(3900))
    #expect(sink.messages.count == 1 + 100 + 1)
  }

  @Test func `large entries are bounded by their bytes`() {
    let sink = Sink(isShut: true)
    let queue = LogQueue(to: sink, mostMemory: 10 * 1024)
    queue.take(entry(-1))
    sink.waitUntilHeld()
    for number in 0..<50 { queue.take(entry(number)) }
    #expect(queue.lost == 40)
    sink.open()
    queue.finish(within: .seconds(30))
  }

  @Test func `what can't be written is counted, and told once it can be`() throws {
    let sink = Sink(isShut: false)
    sink.isBroken.store(true, ordering: .relaxed)
    let queue = LogQueue(to: sink, pause: .zero)
    queue.take(entry(0))
    try until("the loss is counted") { queue.lost > 0 }
    sink.isBroken.store(false, ordering: .relaxed)
    queue.take(entry(1))
    queue.finish(within: .seconds(30))
    #expect(sink.messages == ["1", "log entries were lost"])
  }

  @Test func `an end does not wait for ever for a log that nobody reads`() {
    let sink = Sink(isShut: true)
    let queue = LogQueue(to: sink)
    queue.take(entry(0))
    sink.waitUntilHeld()
    queue.finish(within: .milliseconds(50))
    sink.open()
  }
}
