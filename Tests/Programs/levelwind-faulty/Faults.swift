import Bytes
import Foundation
import Glibc
import Spooling

/// The faults of a process: those that it was started with, and the one that is ordered.
final class Faults: Sendable {
  private struct State {
    /// The number of calls that each fault has concerned so far.
    var counts: [Int]
    var order: Order?
  }
  private struct Order {
    let file: timespec
    let fault: Fault?
    var count = 0
  }

  private let faults: [Fault]
  private let orders: String?
  private let state: Mutex<State>

  init(_ faults: [Fault], orders: String?) {
    self.faults = faults
    self.orders = orders
    state = Mutex(State(counts: faults.map { _ in 0 }))
  }

  /// Whether the process was started with a fault that drops such calls.
  func drop(_ call: Call, on path: String) -> Bool {
    faults.contains { $0.effect == .drop && $0.concerns(call, on: path) }
  }

  /// Applies the faults to a call. Called before the call is made.
  ///
  /// - Returns: false if the call is not to be made, but reported as made.
  /// - Throws: the error with which the call is to fail.
  func meet(_ call: Call, on path: String) throws(SystemError) -> Bool {
    var isMade = true
    for (fault, count, order) in due(call, path) {
      switch fault.effect {
      case .drop: isMade = false
      case .delay(let milliseconds): delay(.milliseconds(milliseconds), order)
      case .hold(let fifo): if count == 1 { Self.waitForWriter(of: fifo) }
      case .fail(let from, let through, let number):
        if (from...through).contains(count) { throw SystemError(call.systemCall, number) }
      }
    }
    return isMade
  }

  private static func waitForWriter(of fifo: String) {
    let descriptor = open(fifo, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var byte: UInt8 = 0
    while read(descriptor, &byte, 1) > 0 {}
  }

  /// Returns the faults that concern a call, each with the number of this call among those.
  private func due(
    _ call: Call, _ path: String
  ) -> [(fault: Fault, count: Int, order: timespec?)] {
    state.withLock { state in
      var due: [(Fault, Int, timespec?)] = []
      for (index, fault) in faults.enumerated() where fault.concerns(call, on: path) {
        state.counts[index] += 1
        due.append((fault, state.counts[index], nil))
      }
      if let (fault, count) = ordered(call, path, &state) {
        due.append((fault, count, state.order?.file))
      }
      return due
    }
  }

  private func ordered(_ call: Call, _ path: String, _ state: inout State) -> (Fault, Int)? {
    guard let orders, let file = time(of: orders) else {
      state.order = nil
      return nil
    }
    if !isSame(state.order?.file, file) {
      let text = (try? String(contentsOfFile: orders, encoding: .utf8)) ?? ""
      state.order = Order(file: file, fault: Fault(argument: text))
    }
    guard let fault = state.order?.fault, fault.concerns(call, on: path) else {
      return nil
    }
    state.order?.count += 1
    let count = state.order?.count ?? 0
    if case .fail(let from, _, _) = fault.effect, fault.isSingle, count == from {
      Glibc.unlink(orders)
    }
    return (fault, count)
  }

  /// Waits for a time, but no longer than the order lasts.
  private func delay(_ time: Duration, _ order: timespec?) {
    let end = ContinuousClock.now + time
    while .now < end {
      if order != nil, !isSame(order, orders.flatMap { self.time(of: $0) }) { return }
      usleep(10_000)
    }
  }

  private func time(of file: String) -> timespec? {
    var status = stat()
    return stat(file, &status) == 0 ? status.st_ctim : nil
  }

  private func isSame(_ one: timespec?, _ other: timespec?) -> Bool {
    one?.tv_sec == other?.tv_sec && one?.tv_nsec == other?.tv_nsec
  }
}
