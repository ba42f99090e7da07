import Administration
import ArgumentParser
import FoundationEssentials
import Glibc

/// Files of a configuration on their way to another machine: a tar archive, made by tar(1).
struct Archive {
  /// The files by their paths from the configuration's folder.
  let files: [(path: String, bytes: [UInt8])]

  /// Writes the archive to standard output, with the same bytes for the same files.
  ///
  /// - Parameter folder: the folder that the remedy names.
  /// - Throws: exit code 64 if standard output is a terminal, 1 if the archive can't be made.
  func write(for folder: String) throws {
    guard isatty(STDOUT_FILENO) == 0 else {
      throw ExitCode.because(
        64,
        "the output is a tar archive: send it to a file with >FILE, or into a configuration with "
          + "| tar -x -C \(folder)")
    }
    let place = try TemporaryFolder()
    defer { place.remove() }
    for file in files { try place.write(file.bytes, to: "files/\(file.path)") }
    let archive = "\(place.path)/archive.tar"
    let made = MachineProgram.run(
      [
        "tar", "--create", "--file", archive, "--directory", "\(place.path)/files", "--sort=name",
        "--owner=root:0", "--group=root:0", "--mode=u=rwX,go=rX", "--mtime=@0", "--format=ustar",
      ] + Set(files.compactMap { $0.path.split(separator: "/").first.map(String.init) }).sorted())
    guard let made, made.status == 0 else {
      throw ExitCode.because(
        1, "tar can't make the archive: \(made?.errors ?? "it isn't installed")")
    }
    Output.write(try Input.read(archive))
  }
}

/// A folder that only this user can enter.
struct TemporaryFolder {
  let path: String

  /// Makes the folder in TMPDIR, or in /tmp.
  ///
  /// - Throws: exit code 1 with the system's reason.
  init() throws {
    let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
    var template = Array(((parent.isEmpty ? "/tmp" : parent) + "/levelwind-XXXXXX").utf8CString)
    guard let made = mkdtemp(&template) else {
      throw ExitCode.because(
        1, "a temporary folder can't be made: \(String(cString: strerror(errno)))")
    }
    path = String(cString: made)
  }

  /// Writes a file of mode 0600 and makes the folders to it.
  ///
  /// - Throws: exit code 1 if it can't be written.
  func write(_ bytes: [UInt8], to name: String) throws {
    let file = URL(filePath: "\(path)/\(name)")
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    } catch {
      throw ExitCode.because(1, "\(file.path) can't be written: \(error)")
    }
    guard
      FileManager.default.createFile(
        atPath: file.path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
    else { throw ExitCode.because(1, "\(file.path) can't be written") }
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
