import Foundation
import Spooling

/// Runs a program over tasks, without a shell. What it exits with says what becomes of them: 0 done,
/// 75 later, 65 never, anything else again.
public struct Command: Work {
  /// What the program reads on its standard input.
  public enum Input: String, Sendable, CaseIterable {
    /// The task's file.
    case task
    /// The body, exactly as it was sent.
    case body
  }

  /// The program, found on the PATH or by its path, and its arguments.
  public let arguments: [String]
  public let input: Input
  /// Whether every task is a line of compact JSON: the whole task or its body's value.
  public let isLines: Bool
  /// How long it may run; nil for ever.
  public let timeout: Duration?
  /// The folder that it runs in; nil for this process's own.
  public var directory: String?
  /// All of its environment but what it is told about its tasks; nil for this process's own.
  public var environment: [String: String]?
  /// What takes the last that it said on both outputs where it ended well; nil to pass on what it says.
  public var said: (@Sendable (Claim, String) -> Void)?

  public init(_ arguments: [String], input: Input, isLines: Bool, timeout: Duration?) {
    self.arguments = arguments
    self.input = input
    self.isLines = isLines
    self.timeout = timeout
  }

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

  /// Why the program was not run.
  private struct Failure: Error { let outcome: Outcome }

  /// What the program reads; nil for the task's own file, which is handed over as it is, and whose lock
  /// the program so keeps should it outlive the drain.
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
