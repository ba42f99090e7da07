import Bytes
import FoundationEssentials
import Importing
import Serving
import Spooling

/// Runs the program of `on_finding` when a finding of `levelwind health` begins, worsens or ends.
///
/// It looks every ten seconds. The findings that were told stay in a file, so that a restart tells
/// none of them again. A program that fails is run again after a wait that grows up to five
/// minutes: each change is told at least once, and once if the program ends with status 0.
package final class FindingWatch: Sendable {
  /// A finding's subject: what is wrong, and of what.
  struct Key: Hashable, Comparable, Codable {
    let kind: Finding.Kind
    let subject: String

    static func < (a: Key, b: Key) -> Bool {
      (a.kind.rawValue, a.subject) < (b.kind.rawValue, b.subject)
    }
  }

  /// All findings about one subject together. The worst decides the level.
  struct Told: Codable, Equatable {
    let key: Key
    let level: Finding.Level
    let words: [String]
    let remedies: [String]
  }

  private struct State {
    var program: [String] = []
    var failures = 0
    var next = ContinuousClock.now
  }

  private let folder: String
  private let stop: StopRequest
  private let note: @Sendable (String) -> Void
  private let state = Mutex(State())
  private let rounds = Rounds("findings")
  private static let interval = Duration.seconds(10)
  private static let longestRun = Duration.seconds(60)
  private static let backOff = BackOff(first: .seconds(10), most: .seconds(300))

  /// Starts to look.
  ///
  /// - Parameters:
  ///   - folder: the state directory.
  ///   - program: the program and its arguments; empty to run none.
  ///   - note: takes a problem with the program for the log, from any thread.
  /// - Throws: `DrainError` if the process has too many descriptors.
  package init(
    state folder: String, running program: [String], note: @escaping @Sendable (String) -> Void
  ) throws {
    self.folder = folder
    self.note = note
    stop = try StopRequest()
    run(program)
    rounds.start { [self] in
      look(at: Date())
      return Self.interval
    }
  }

  /// Runs another program from now on.
  package func run(_ program: [String]) {
    state.withLock { state in
      if state.program != program { state = State(program: program) }
    }
  }

  /// Ends a program that runs, and looks no more.
  package func finish() {
    stop.request(by: .now)
    rounds.stop(within: .seconds(10))
  }

  private func look(at now: Date) {
    let (program, next) = state.withLock { ($0.program, $0.next) }
    guard !program.isEmpty, next <= .now else { return }
    let report = StatusReport.read(state: folder, limits: HealthLimits(), at: now)
    // What can't be seen neither begins nor ends.
    guard report.barrier == nil, report.unseen.isEmpty else { return }
    for change in FindingChange.changes(from: told, to: report) {
      guard tell(change, at: now, by: program) else { return }
    }
  }

  /// - Returns: whether the program was run to its end, and the change is noted as told.
  private func tell(_ change: FindingChange, at now: Date, by program: [String]) -> Bool {
    if change.kind != .eases, let reason = Self.run(program, change.json(at: now), until: stop) {
      if stop.deadline != nil { return false }
      note("on_finding: \(program[0]): \(reason)")
      state.withLock { state in
        state.failures += 1
        state.next = .now + Self.backOff.wait(after: state.failures)
      }
      return false
    }
    state.withLock { $0.failures = 0 }
    var told = told.filter { $0.key != change.finding.key }
    if change.kind != .ends { told.append(change.finding) }
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      try DurableFile.write(Array(try encoder.encode(told)), to: file, mode: 0o640)
      return true
    } catch {
      note("on_finding: \(file) can't be written, so that findings are told again: \(error)")
      return false
    }
  }

  private var file: String { "\(folder)/postprocess/.findings.json" }

  private var told: [Told] {
    guard let bytes = FileManager.default.contents(atPath: file) else { return [] }
    return (try? JSONDecoder().decode([Told].self, from: bytes)) ?? []
  }

  /// - Returns: why the program failed; nil if it ended with status 0.
  private static func run(_ program: [String], _ input: [UInt8], until stop: StopRequest) -> String?
  {
    do {
      let file = try MemoryFile(input)
      let child = try ChildProcess(
        program, environment: ProcessInfo.processInfo.environment, input: file.descriptor,
        isQuiet: true)
      let end = child.wait(timeout: longestRun, until: stop)
      if end.status == .exit(0) { return nil }
      let said = end.errors.isEmpty ? "" : ": \(end.errors)"
      if end.timedOut { return "killed, since it ran for more than \(longestRun)\(said)" }
      switch end.status {
      case .exit(let code): return "exit status \(code)\(said)"
      case .signal(let number): return "killed by signal \(number)\(said)"
      }
    } catch {
      return "\(error)"
    }
  }
}
