import ArgumentParser
import FoundationEssentials
import Glibc
import Webhooks

/// `levelwind refused show`.
struct RefusedShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows a kept refused delivery: the reason and the request.",
    discussion: """
      Characters that a terminal would act on are shown as \\u001b and the like. --raw prints the \
      request's exact bytes, which levelwind explain can read.
      """)

  @Argument(help: "The delivery's id, or the beginning of it.")
  var id: String
  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Print the verdict as one JSON object.")
  var json = false
  @Flag(help: "Print the request alone, byte for byte.")
  var raw = false

  func run() throws {
    let kept = try configuration.kept(id)
    if json { return Output.write(kept.verdict.json) }
    let message = try kept.readMessage()
    if raw { return Output.write(message) }
    let verdict = kept.verdict
    var lines = [
      "delivery: \(verdict.delivery)", "webhook: \(verdict.webhook)",
      "arrived: \(LogTable.text(verdict.moment))", "from: \(verdict.remote)",
      "answered: \(verdict.status)", "refused by: \(verdict.check)", "because: \(verdict.reason)",
    ]
    if let missing = verdict.missing { lines.append("not kept, since it is a secret: \(missing)") }
    for line in lines { print(SafeText.text(line)) }
    print("")
    let text = String(decoding: message, as: UTF8.self).replacing("\r\n", with: "\n")
    print(SafeText.text(text, limit: .max, keepsLines: true))
  }
}

extension ConfigurationOptions {
  /// Returns the kept delivery with an id, or whose id begins so.
  ///
  /// - Throws: exit code 1, with the reason, unless there is exactly one.
  func kept(_ id: String) throws -> KeptRejection {
    do {
      return try keptRefusals().only(id)
    } catch let error as KeptRejections.NotFound {
      throw ExitCode.because(1, "\(error)")
    }
  }
}

extension KeptRejection {
  /// Reads the bytes of the request.
  ///
  /// - Throws: exit code 1, with the reason.
  func readMessage() throws -> [UInt8] {
    do {
      return try message()
    } catch {
      throw ExitCode.because(1, "the request of \(verdict.delivery) can't be read: \(error)")
    }
  }
}
