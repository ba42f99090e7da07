import Bytes
import FoundationEssentials
import Glibc

/// Files that a passphrase protects: a tar archive within an OpenPGP message (RFC 9580), which
/// `gpg --decrypt` opens. GnuPG seals and opens it. The message shows any change of it.
package enum SealedFiles {
  /// The name of the message in an archive.
  package static let name = "secrets.tar.gpg"

  /// Seals files.
  ///
  /// - Throws: if GnuPG is missing or fails, or the archive can't be made.
  package static func seal(
    _ files: [Ustar.File], with passphrase: [UInt8]
  ) throws(ChangeFailure) -> Ustar.File {
    let archive: [UInt8]
    do throws(Ustar.Failure) {
      archive = try Ustar.archive(files)
    } catch {
      throw .failed(error.description)
    }
    // The count is the largest of the format. Without one, GnuPG would measure its agent.
    let sealed = try run(
      [
        "--symmetric", "--cipher-algo", "AES256", "--s2k-digest-algo", "SHA512", "--s2k-count",
        "65011712", "--compress-algo", "none",
      ], passphrase, archive)
    guard let sealed else { throw .failed("gpg can't encrypt the secrets") }
    return Ustar.File(path: name, bytes: sealed)
  }

  /// Opens what `seal` made.
  ///
  /// - Throws: if the passphrase is wrong, the message was changed, or GnuPG is missing.
  package static func open(
    _ file: Ustar.File, with passphrase: [UInt8]
  ) throws(ChangeFailure) -> [Ustar.File] {
    guard let archive = try run(["--decrypt"], passphrase, file.bytes) else {
      throw .failed("\(file.path) can't be decrypted: the passphrase is wrong, or it was changed")
    }
    do throws(Ustar.Failure) {
      return try Ustar.files(of: archive)
    } catch {
      throw .failed("\(file.path): \(error)")
    }
  }

  /// - Returns: what GnuPG wrote; nil if it failed. What it wrote then isn't genuine.
  private static func run(
    _ arguments: [String], _ passphrase: [UInt8], _ input: [UInt8]
  ) throws(ChangeFailure) -> [UInt8]? {
    // Neither the user's keys nor the user's options take part.
    var template = Array("/tmp/levelwind-gpg-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw .failed("a folder in /tmp can't be made: \(String(cString: strerror(errno)))")
    }
    let home = String(cString: made)
    defer { try? FileManager.default.removeItem(atPath: home) }
    // Standard input has the passphrase as its first line: no other user can read it there.
    let result = MachineProgram.run(
      [
        "gpg", "--homedir", home, "--no-options", "--batch", "--quiet", "--no-tty",
        "--no-autostart",
        "--pinentry-mode", "loopback", "--passphrase-fd", "0", "--output", "-",
      ] + arguments, input: passphrase + [0x0a] + input)
    guard let result else { throw .failed("gpg isn't installed: apt install gpg") }
    return result.status == 0 ? result.output : nil
  }
}
