import ArgumentParser
import Foundation

extension ExitCode {
  /// Says on standard error why the command ends, and ends it: `throw .because(75, "…")`.
  static func because(_ code: Int32, _ reason: String) -> ExitCode {
    FileHandle.standardError.write(Data("levelwind: \(reason)\n".utf8))
    return ExitCode(code)
  }
}
