import FoundationEssentials
import Glibc
import Spooling

/// Runs a program over tasks, without a shell. The exit code says what becomes of them: 0 done, 75
/// deferred without counting as an attempt, 65 given up, any other tried again.
public struct Command: Work {
  /// The content of the program's standard input.
  public enum Input: String, Sendable, CaseIterable {
    /// The task's file.
    case task
    /// The body, exactly as the sender sent it.
    case body
  }

  /// The program, by its path or found on the PATH, and its arguments.
  public let arguments: [String]
  /// The content of the program's standard input.
  public let input: Input
  /// Whether each task is one line of compact JSON: the whole task, or the value of its body.
  public let isLines: Bool
  /// The time that the program may run; nil for no limit.
  public let timeout: Duration?
  /// The folder in which the program runs; nil for this process's own.
  public var directory: String?
  /// The environment, without the variables about tasks; nil for this process's own.
  public var environment: [String: String]?
  /// Takes the last output of a program that succeeded, from both streams; nil to pass output on as
  /// it comes.
  public var said: (@Sendable (Claim, String) -> Void)?

  /// Makes a command that has this process's environment and folder until others are set.
  public init(_ arguments: [String], input: Input, isLines: Bool, timeout: Duration?) {
    self.arguments = arguments
    self.input = input
    self.isLines = isLines
    self.timeout = timeout
  }

  /// Runs the program once for all tasks, and translates its end into an outcome.
  public func run(_ claims: [Claim], until stop: StopRequest) -> Outcome {
    do throws(Failure) {
      let environment = CommandEnvironment(claims, isLines: isLines, basis: environment).variables
      let file = try inputFile(claims)
      let child = try spawn(environment, input: file?.descriptor ?? claims[0].descriptor)
      let end = child.wait(timeout: timeout, until: stop)
      if end.status == .exit(0), !end.errors.isEmpty { said?(claims[0], end.errors) }
      return outcome(of: end)
    } catch {
      return error.outcome
    }
  }

  /// The reason why the program was not run.
  private struct Failure: Error { let outcome: Outcome }

  /// Returns the program's input; nil for the task's own file. That file is handed over as it is,
  /// so that the program keeps its lock if it outlives the drain.
  private func inputFile(_ claims: [Claim]) throws(Failure) -> MemoryFile? {
    if input == .task, !isLines { return nil }
    do {
      var bytes: [UInt8] = []
      for claim in claims { bytes += try content(of: claim) }
      return try MemoryFile(bytes)
    } catch let error as TaskBodyError {
      throw Failure(outcome: .never("\(error)"))
    } catch {
      throw Failure(outcome: .again("\(error)"))
    }
  }

  private func content(of claim: Claim) throws -> [UInt8] {
    switch (input, isLines) {
    case (.body, false): try claim.body()
    case (.body, true): CompactJSON.line(try claim.bodyValue())
    case (.task, _):
      if claim.header == nil {
        throw TaskBodyError.noDocument
      } else {
        CompactJSON.line(try claim.bytes())
      }
    }
  }

  private func spawn(
    _ environment: [String: String], input: Int32
  ) throws(Failure) -> ChildProcess {
    do {
      return try ChildProcess(
        arguments, environment: environment, input: input, directory: directory,
        isQuiet: said != nil)
    } catch {
      throw Failure(outcome: .impossible("\(error)"))
    }
  }

  private func outcome(of end: ChildProcess.End) -> Outcome {
    if end.wasStopped { return .released }
    let said = end.errors.isEmpty ? "" : "\n\(end.errors)"
    if end.timedOut, let timeout {
      return .again("killed, since it ran for more than \(timeout)\(said)")
    }
    switch end.status {
    case .exit(0): return .done
    case .exit(75): return .later("exit status 75\(said)")
    case .exit(65): return .never("exit status 65\(said)")
    case .exit(let code): return .again("exit status \(code)\(said)")
    case .signal(let number): return .again("killed by signal \(number)\(said)")
    }
  }
}
