import FoundationEssentials
import Glibc
import Serving
import Spooling
import Webhooks

/// The `levelwind-drain@…` units of the incoming configurations, where they are in use.
public struct ImporterServices {
  /// A fault that keeps an importer from its tasks.
  struct Fault {
    let isError: Bool
    /// The incoming configuration.
    let incoming: String
    let unit: String
    let what: String
    let remedy: Remedy
  }

  /// The folder of all spools.
  let spool: String
  let incoming: [String]

  /// The names of the units.
  var names: [String] {
    incoming.flatMap { name in Self.kinds.map { "levelwind-drain@\(name).\($0)" } }
  }

  private static let kinds = ["service", "path", "timer"]
  private static let path = [
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
  ]

  /// Finds the incoming configurations in a configuration's folder, by the names of their files.
  /// Broken files count, too.
  init(directory: String, spool: String) {
    self.spool = spool
    incoming = MachineCheck.names(in: "\(directory)/incoming").filter { $0.hasSuffix(".yaml") }
      .map { String($0.dropLast(5)) }
  }

  /// Returns the faults of the units, by systemd's properties. Properties of other units are
  /// ignored.
  func faults(_ shown: [ServiceUnit]) -> [Fault] {
    let shown = Dictionary(shown.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return incoming.flatMap { name in
      let units = Self.kinds.compactMap { shown["levelwind-drain@\(name).\($0)"] }
      let isUsed = units.contains { unit in
        unit.isEnabled || ["active", "activating", "failed"].contains(unit["ActiveState"])
      }
      guard isUsed, let service = units.first, service.name.hasSuffix(".service"), service.isLoaded
      else { return [Fault]() }
      let stopped = units.dropFirst().filter { $0.isEnabled && $0["ActiveState"] == "inactive" }.map
      {
        Fault(
          isError: false, incoming: name, unit: $0.name, what: "is enabled, but does not run",
          remedy: .startUnit($0.name))
      }
      return stopped + fault(of: service, name)
    }
  }

  private func fault(of service: ServiceUnit, _ incoming: String) -> [Fault] {
    func fault(_ what: String, _ remedy: Remedy, isError: Bool = true) -> [Fault] {
      [Fault(isError: isError, incoming: incoming, unit: service.name, what: what, remedy: remedy)]
    }
    let user = service["User"]
    if user.isEmpty || user == "root" {
      return fault("would run as root, which the drain refuses", .giveUser(to: service.name))
    }
    guard let account = Account(named: user) else {
      return fault("there is no user \(user)", .makeUser(user, for: service.name))
    }
    let obstacles = [group(of: service, account, incoming), program(of: service, account)]
    let faults = obstacles.compactMap { $0 }.flatMap { fault($0.what, $0.remedy) }
    guard faults.isEmpty, service["Result"] != "success" else { return faults }
    let isFailed = service["ActiveState"] == "failed"
    guard isFailed || service["SubState"] == "auto-restart" else { return [] }
    return fault(
      "failed (\(service["Result"]), status \(service["ExecMainStatus"]))", .askUnit(service.name),
      isError: isFailed)
  }

  private func group(
    of service: ServiceUnit, _ account: Account, _ incoming: String
  ) -> (what: String, remedy: Remedy)? {
    var status = stat()
    guard stat("\(spool)/\(incoming)/new", &status) == 0 else { return nil }
    let given = ([service["Group"]] + service.words("SupplementaryGroups"))
      .compactMap { getgrnam($0)?.pointee.gr_gid ?? gid_t($0) }
    guard account.user != status.st_uid, !account.groups.union(given).contains(status.st_gid),
      status.st_mode & 0o006 != 0o006
    else { return nil }
    let group = SystemUser.groupName(of: status.st_gid)
    return (
      "user \(account.name) is not in group \(group), to which spool \(incoming) belongs",
      .joinGroup(group, account.name)
    )
  }

  private func program(
    of service: ServiceUnit, _ account: Account
  ) -> (what: String, remedy: Remedy)? {
    // A drop-in that runs something else has needs that can't be known here.
    guard service["ExecStart"].contains("$DRAIN_COMMAND") else { return nil }
    let words = ServiceUnit.words(service.variable("DRAIN_COMMAND") ?? "")
    guard let program = words.first else {
      return ("DRAIN_COMMAND is empty: it has to name a program", .giveUser(to: service.name))
    }
    let move = Remedy.moveProgram(for: service.name)
    if service["ProtectHome"] == "yes",
      ["/home/", "/root/", "/run/user/"].contains(where: program.hasPrefix)
    {
      return ("\(program) lies in a folder that ProtectHome=yes hides from the service", move)
    }
    return MachineProgram.obstacle(to: program, for: account, path: Self.path).map {
      ("\(program): \($0.what)", $0.remedy ?? move)
    }
  }
}

extension ImporterServices {
  /// Returns the faults for `status` and `health`. Without systemd, or without being root, there
  /// aren't any.
  public static func findings(directory: String) -> [Finding] {
    guard let settings = try? IncomingSpool.settings(in: directory),
      directory == MachineCheck.usualDirectory
    else { return [] }
    let services = ImporterServices(directory: directory, spool: settings.spool)
    return services.faults(ServiceUnit.all(services.names)).map { fault in
      Finding(
        .warning, .importer, of: fault.incoming, "\(fault.unit): \(fault.what)",
        remedy: fault.remedy)
    }
  }
}
