import ArgumentParser
import FoundationEssentials

/// The source of a secret that a sender has issued. It is never the command line, which every user
/// of the machine can read.
struct SecretInputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Take the secret from this file, without the newline at its end; - is standard input.",
      valueName: "path"))
  var secretFile: String?

  /// Reads the secret, from the file or the keyboard.
  ///
  /// - Parameter prompt: the question to the person at the keyboard; nil to ask nothing.
  /// - Returns: the secret without a newline at its end; nil if there is neither.
  /// - Throws: exit code 1 if the file can't be read, is empty, or is larger than 64 KiB.
  func secret(prompt: String?) throws -> [UInt8]? {
    guard let secretFile else { return prompt.flatMap { Terminal.secret($0) } }
    var bytes: [UInt8]
    do throws(Input.Unreadable) {
      bytes = try Input.read(secretFile, most: 65_537)
    } catch {
      throw ExitCode.because(1, "\(error)")
    }
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard !bytes.isEmpty else { throw ExitCode.because(1, "\(secretFile) is empty") }
    guard bytes.count <= 65_536 else {
      throw ExitCode.because(1, "\(secretFile) is larger than 64KiB, too large for a secret")
    }
    return bytes
  }
}
