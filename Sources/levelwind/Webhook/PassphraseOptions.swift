import ArgumentParser

/// The passphrase that protects the secrets of an archive. It is never on the command line, which
/// every user of the machine can read.
struct PassphraseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Take the passphrase from this file, a line of at least 12 bytes; - is standard input.",
      valueName: "path"))
  var passphraseFile: String?

  /// The fewest bytes of a new passphrase: anyone who has the archive can guess as long as they
  /// like.
  private static let fewest = 12

  /// Reads a new passphrase, from the file or twice from the keyboard.
  ///
  /// - Throws: exit code 1 without one, or if it is too short.
  func new() throws -> [UInt8] {
    let passphrase = try given(prompt: "A passphrase for the secrets; typing isn't shown: ")
    if passphraseFile == nil {
      guard Terminal.secret("Again: ") == passphrase else {
        throw ExitCode.because(1, "the two passphrases differ, and nothing was written")
      }
    }
    guard passphrase.count >= Self.fewest else {
      throw ExitCode.because(
        1, "the passphrase is shorter than \(Self.fewest) bytes; openssl rand -base64 24 makes one")
    }
    return passphrase
  }

  /// Reads the passphrase of an archive.
  ///
  /// - Throws: exit code 1 without one.
  func given(prompt: String = "The passphrase of the secrets; typing isn't shown: ") throws
    -> [UInt8]
  {
    var line: [UInt8]
    if let passphraseFile {
      do throws(Input.Unreadable) {
        line = try Input.read(passphraseFile, most: 4096)
      } catch {
        throw ExitCode.because(1, "\(error)")
      }
      if line.last == UInt8(ascii: "\n") { line.removeLast() }
    } else {
      guard let typed = Terminal.secret(prompt) else {
        throw ExitCode.because(
          1, "the archive's secrets need a passphrase: --passphrase-file FILE, or a terminal")
      }
      line = typed
    }
    guard !line.isEmpty, line.count < 4096, !line.contains(0x0a), !line.contains(0) else {
      throw ExitCode.because(1, "the passphrase has to be one line of less than 4 KiB")
    }
    return line
  }
}
