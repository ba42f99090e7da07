import Bytes
import CJQ
import Dispatch
import Verification

/// A jq program. It is compiled once when it is read, and again only to run several times at once.
final class JQProgram: Sendable {
  /// How many deliveries may run it at once. Further ones wait.
  private static let most = 4
  /// The most backtracking steps of one regular expression search: about a second in the worst
  /// known case.
  private static let mostRetries: UInt = 400_000
  /// The bytes that are reserved at a time for a running program.
  private static let memoryStep = 1 << 20

  /// The text in the configuration.
  let source: String
  private let text: String
  private let most: Int
  private let idle: Mutex<[JQState]>
  private let places = DispatchSemaphore(value: most)

  /// Returns the program of a text: the one that is in use, or a new one. A reload thus compiles
  /// only programs that changed.
  static func reading(
    _ source: String, isPath: Bool = false, most: Int = 1
  ) throws(JQSyntaxError) -> JQProgram {
    let text = JQPrelude.program(source, isPath: isPath, most: most)
    if let program = used.withLock({ $0[text]?.program }) { return program }
    let program = try JQProgram(source, isPath: isPath, most: most)
    used.withLock { used in
      used = used.filter { $0.value.program != nil }
      used[text] = Use(program: program)
    }
    return program
  }

  private struct Use { weak var program: JQProgram? }
  private static let used = Mutex<[String: Use]>([:])

  /// Compiles a program.
  ///
  /// - Parameters:
  ///   - source: The program as the administrator wrote it.
  ///   - isPath: Whether the outputs are paths, as of `path(…)`.
  ///   - most: The most outputs. The program is stopped after them.
  /// - Throws: The syntax errors in the program.
  init(_ source: String, isPath: Bool = false, most: Int = 1) throws(JQSyntaxError) {
    _ = Self.boundRegularExpressions
    self.source = source
    self.most = most
    text = JQPrelude.program(source, isPath: isPath, most: most)
    do {
      idle = Mutex([try JQState(text)])
    } catch {
      _ = try JQState(JQPrelude.check(source))
      throw error
    }
  }

  /// Runs the program over a document.
  ///
  /// - Parameters:
  ///   - document: The input of the program.
  ///   - limits: The time and memory that the run may take.
  ///   - each: Takes an output. It must not keep it, because the next run of the program, maybe on
  ///     another thread, counts the same references.
  /// - Throws: The reason why the program ended early, and the errors of `each`.
  func run(
    _ document: JQValue, within limits: JQLimits, each: (JQValue) throws(JQFailure) -> Void
  ) throws(JQFailure) {
    let left = min(JQLimits.longestRun, limits.deadline - .now)
    guard left > .zero, places.wait(timeout: .now() + .init(left)) == .success else {
      throw .late("there was no time left to run a jq program")
    }
    defer { places.signal() }
    let state = try take()
    let result = run(state, document, limits, each)
    state.reset()
    idle.withLock { $0.append(state) }
    try result.get()
  }

  private func take() throws(JQFailure) -> JQState {
    if let state = idle.withLock({ $0.popLast() }) { return state }
    do throws(JQSyntaxError) {
      return try JQState(text)
    } catch {
      throw .stopped(error.message)
    }
  }

  private func run(
    _ state: JQState, _ document: JQValue, _ limits: JQLimits,
    _ each: (JQValue) throws(JQFailure) -> Void
  ) -> Result<Void, JQFailure> {
    var result = Result<Void, JQFailure>.success(())
    // Starting resets a halt, so the program has to start before the watchdog may halt it.
    state.start(document)
    let stopped = JQWatchdog.shared.watch(
      state, by: limits.deadline, processorTime: JQLimits.longestRun
    ) { stop in
      let meter = JQMeter(step: Self.memoryStep) { bytes in
        let reason = Self.objection(to: bytes, limits)
        if let reason { stop(reason) }
        return reason == nil
      }
      result = meter.measure { outputs(of: state, each) }
    }
    switch stopped {
    case .processorTime:
      return .failure(
        .stopped(
          "the jq program ran for \(JQLimits.longestRun) of processor time without coming "
            + "to an end"))
    case .deadline: return .failure(.late("the deadline came while a jq program ran"))
    case .memory: return .failure(.stopped("the jq program took too much memory"))
    case .memoryOfOthers:
      return .failure(.late("other jq programs held the memory that this one needs"))
    case nil: return result
    }
  }

  /// Returns the reason why a program may not hold this many bytes; nil if it may.
  private static func objection(to bytes: Int, _ limits: JQLimits) -> JQWatchdog.Reason? {
    guard bytes <= max(limits.growth, 4 * memoryStep) else { return .memory }
    do throws(Rejection) {
      try limits.reserve(limits.held + bytes)
      return nil
    } catch {
      return .memoryOfOthers
    }
  }

  private func outputs(
    of state: JQState, _ each: (JQValue) throws(JQFailure) -> Void
  ) -> Result<Void, JQFailure> {
    do throws(JQFailure) {
      let outputs: JQValue?
      do throws(JQError) {
        outputs = try state.run()
      } catch {
        throw .error(error.message)
      }
      // In libjq 1.6, a `catch` of the program catches the end that the bound on outputs sets, too,
      // and yields one more.
      for place in 0..<min(most, outputs?.count ?? 0) {
        if let output = outputs?[place] { try each(output) }
      }
      return .success(())
    } catch {
      return .failure(error)
    }
  }

  private static let boundRegularExpressions = jq_bound_regular_expressions(mostRetries)
}

extension DispatchTimeInterval {
  /// Takes a duration of at most a few seconds, exact to the microsecond.
  fileprivate init(_ duration: Duration) {
    self = .microseconds(Int(duration / .microseconds(1)))
  }
}
