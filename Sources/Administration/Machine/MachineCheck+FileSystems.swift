import FoundationEssentials
import Glibc
import Serving
import Webhooks

/// The file systems that hold the spools and the state.
extension MachineCheck {
  /// The folders that the responder writes, with the folder of all spools and the state first.
  private var folders: [String] {
    [settings.spool, settings.state]
      + snapshot.incoming.keys.map(\.text).sorted().map { "\(settings.spool)/\($0)" }
  }

  /// Looks at each file system once.
  func lookAtFileSystems() -> [Problem] {
    var seen: Set<dev_t> = []
    return folders.flatMap { folder -> [Problem] in
      let path = existing(folder)
      var status = stat()
      let isNew = stat(path, &status) != 0 || seen.insert(status.st_dev).inserted
      // The kinds of spools and state are both reported, even on one file system, as root and state
      // may be in tests.
      return isNew || [settings.spool, settings.state].contains(folder)
        ? lookAtKind(path) + (isNew ? lookAtFloors(path) : []) : []
    }
  }

  /// Returns the path, or the closest folder above that exists, in which it would be made.
  private func existing(_ path: String) -> String {
    var path = path
    while path.count > 1, access(path, F_OK) != 0 {
      path = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
      if path.count > 1, path.hasSuffix("/") { path.removeLast() }
    }
    return path
  }

  private func lookAtKind(_ path: String) -> [Problem] {
    switch fileSystem(path) {
    case 0x6969: return [network(path, "NFS")]
    case 0xff53_4d42, 0xfe53_4d42, 0x517b: return [network(path, "CIFS")]
    case 0x6573_5546: return [network(path, "FUSE")]
    case 0x0102_1997: return [network(path, "9p")]
    case 0x00c3_6400: return [network(path, "Ceph")]
    case 0x0102_1994:
      return [
        Problem(
          .warning, file: path,
          "lies in memory (tmpfs), and is lost with the next boot: move it to a disk, and name "
            + "the new path as spool or state in levelwind.yaml")
      ]
    default: return []
    }
  }

  private func network(_ path: String, _ kind: String) -> Problem {
    Problem(
      file: path,
      "lies on \(kind), where a flush guarantees nothing: move it to a local ext4 or XFS, and "
        + "name the new path as spool or state in levelwind.yaml")
  }

  /// Finds floors that are larger than the whole file system.
  private func lookAtFloors(_ path: String) -> [Problem] {
    var space = statvfs()
    guard statvfs(path, &space) == 0 else { return [] }
    func problem(_ key: String, _ floor: String, _ whole: String, _ better: String) -> Problem {
      Problem(
        file: "levelwind.yaml", key: key,
        "is \(floor), and the file system of \(path) has \(whole) in all, so every delivery gets "
          + "503: put `\(key): \(better)` there, then \(Remedy.load.inline)")
    }
    let bytes = Int(
      clamping: UInt64(space.f_blocks).multipliedReportingOverflow(
        by: UInt64(space.f_frsize)
      ).partialValue)
    var problems: [Problem] = []
    if settings.minFreeBytes > bytes {
      problems.append(
        problem(
          "min_free", "\(settings.minFreeBytes >> 20) MiB", "\(bytes >> 20) MiB",
          "\(max(bytes >> 20, 10) / 10)MiB"))
    }
    let inodes = Int(clamping: UInt64(space.f_files))
    // A file system that makes inodes as it needs them reports none.
    if inodes > 0, settings.minFreeInodes > inodes {
      problems.append(
        problem("min_free_inodes", "\(settings.minFreeInodes)", "\(inodes)", "\(inodes / 10)"))
    }
    return problems
  }
}
