import ArgumentParser
import Foundation

/// Where a secret comes from that a sender has issued. Never from the command line, which every user of
/// the machine can read.
struct SecretInputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Take the secret from this file, without the newline at its end; - is standard input.",
      valueName: "path"))
  var secretFile: String?

  /// The secret, from the file or the keyboard; nil where there is neither.
  ///
  /// - Parameter prompt: what the person at the keyboard is asked; nil to ask nothing.
  func secret(prompt: String?) throws -> [UInt8]? {
    guard let secretFile else { return prompt.flatMap { Terminal.secret($0) } }
    var bytes: [UInt8]
    do {
      let file =
        secretFile == "-"
        ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(filePath: secretFile))
      bytes = Array(try file.read(upToCount: 65_537) ?? Data())
    } catch {
      throw ExitCode.because(1, "\(secretFile) can't be read: \(String(cString: strerror(errno)))")
    }
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard !bytes.isEmpty else { throw ExitCode.because(1, "\(secretFile) is empty") }
    guard bytes.count <= 65_536 else {
      throw ExitCode.because(1, "\(secretFile) is larger than 64KiB, no secret is")
    }
    return bytes
  }
}
