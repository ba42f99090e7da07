import FoundationEssentials
import Glibc
import Serving
import Spooling
import Webhooks

extension MachineCheck {
  /// Looks at each file of `secrets/`. The responder must be able to read it, and nobody else but
  /// root.
  func lookAtSecrets() -> [Problem] {
    let folder = "\(directory)/secrets"
    var status = stat()
    guard stat(folder, &status) == 0 else { return lookAtSecretsElsewhere() }
    guard responder.may(1, status), responder.barrier(on: folder) == nil else {
      return [
        Problem(
          file: folder,
          "user \(responder.name) can't pass: \(Remedy.openFolder(folder, responder.name).inline)")
      ]
    }
    return Self.names(in: folder).filter { !$0.hasPrefix(".") }
      .compactMap { lookAtSecret($0, in: status) } + lookAtSecretsElsewhere()
  }

  private func lookAtSecret(_ name: String, in folder: stat) -> Problem? {
    let path = "\(directory)/secrets/\(name)"
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let remedy = Remedy.giveFile(path, responder.name).inline
    func problem(_ severity: Problem.Severity, _ what: String) -> Problem {
      Problem(severity, file: "secrets/\(name)", "\(what): \(remedy)")
    }
    if !responder.may(4, status) {
      return problem(.error, "user \(responder.name), the responder, can't read it")
    }
    if status.st_mode & S_IROTH != 0 { return problem(.error, "every user can read it") }
    if status.st_mode & S_IRGRP != 0, !isOwn(status.st_gid) {
      return problem(.warning, "group \(SystemUser.groupName(of: status.st_gid)) can read it")
    }
    // Who owns the folder could replace the file anyway.
    if ![0, responder.user, folder.st_uid].contains(status.st_uid) {
      return problem(
        .warning,
        "it belongs to user \(status.st_uid), who is neither root nor the responder's user, and "
          + "doesn't own the folder")
    }
    return status.st_mode & S_IWGRP != 0
      ? problem(.warning, "its group can change it") : nil
  }

  /// Whether a group is root's or the responder's own, which has no other members by rights.
  private func isOwn(_ group: gid_t) -> Bool {
    group == 0 || getpwnam(responder.name)?.pointee.pw_gid == group
  }
}
