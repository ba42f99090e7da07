import ArgumentParser
import Bytes
import Glibc

/// Files of a configuration on their way to another machine: a tar archive.
enum Archive {
  /// Requires that the output goes into a file or to another program.
  ///
  /// - Parameter way: the words for what to do instead.
  /// - Throws: exit code 64 if standard output is a terminal.
  static func requireNoTerminal(_ way: String) throws {
    guard isatty(STDOUT_FILENO) == 0 else {
      throw ExitCode.because(64, "the output is a tar archive: \(way)")
    }
  }

  /// Writes files as an archive to standard output.
  ///
  /// - Throws: exit code 1 if the archive can't be made.
  static func write(_ files: [Ustar.File]) throws {
    do throws(Ustar.Failure) {
      Output.write(try Ustar.archive(files))
    } catch {
      throw ExitCode.because(1, error.description)
    }
  }
}
