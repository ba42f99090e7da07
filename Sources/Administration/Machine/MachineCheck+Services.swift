import FoundationEssentials
import Glibc
import Serving
import Webhooks

/// The services as systemd knows them: whether they may write and run what they have to, and the
/// state of the importers'.
extension MachineCheck {
  func lookAtServices() -> [Problem] {
    let importers = ImporterServices(directory: directory, spool: settings.spool)
    let (serve, postprocess) = ("levelwind.service", "levelwind-postprocess.service")
    let shown = units([serve, postprocess] + importers.names)
    return shown.filter { $0.name == serve }.flatMap(lookAtSandbox)
      + lookAtPrograms(shown.first { $0.name == postprocess })
      + importers.faults(shown).map { fault in
        Problem(
          fault.isError ? .error : .warning, file: fault.unit,
          "\(fault.what): \(fault.remedy.inline)")
      }
  }

  /// Finds spools and state that the service may not write. They must be among its writable paths.
  private func lookAtSandbox(_ unit: ServiceUnit) -> [Problem] {
    guard unit.isLoaded, unit["ProtectSystem"] == "strict" else { return [] }
    let writable =
      unit.words("ReadWritePaths").map { String($0.drop { "-+".contains($0) }) }
      + unit.words("StateDirectory").map { "/var/lib/\($0)" }
    return [settings.spool, settings.state].filter { folder in
      let place = resolved(folder)
      return !writable.contains { place == resolved($0) || place.hasPrefix(resolved($0) + "/") }
    }.map { folder in
      Problem(
        file: folder,
        "levelwind.service may not write there, since its ReadWritePaths= lacks it: "
          + Remedy.allowWriting(to: folder).inline)
    }
  }

  private func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Finds programs of post-processors that their service can't run.
  private func lookAtPrograms(_ unit: ServiceUnit?) -> [Problem] {
    let user = unit.map { $0["User"] }.flatMap(Account.init(named:)) ?? Account(named: "root")
    guard let user else { return [] }
    let allowed = unit?.isLoaded == true ? unit?.words("ExecPaths") ?? [] : []
    return snapshot.usedWebhooks.flatMap { webhook in
      webhook.postProcessors.compactMap { one in
        guard let run = one.program, let program = run.command.first else { return nil }
        let path = (run.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let file = "webhooks/\(webhook.identifier).yaml"
        if let obstacle = MachineProgram.obstacle(to: program, for: user, path: path) {
          let remedy = obstacle.remedy.map { ": \($0.inline)" } ?? ""
          return Problem(
            file: file, "post-processor \(one.name): \(program): \(obstacle.what)\(remedy)")
        }
        let isOutside =
          program.hasPrefix("/") && !allowed.isEmpty
          && !allowed.contains { place in
            let place = resolved(String(place.drop { "-+".contains($0) }))
            return resolved(program) == place || resolved(program).hasPrefix(place + "/")
          }
        guard isOutside else { return nil }
        return Problem(
          file: file,
          "post-processor \(one.name): \(program): levelwind-postprocess.service may not run it, as its "
            + "ExecPaths= says: \(Remedy.allowRunning(program).inline)")
      }
    }
  }
}
