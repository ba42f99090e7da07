import ArgumentParser
import FoundationEssentials
import Glibc
import Spooling
import Webhooks

/// Makes the spool of an incoming configuration that was made or changed, or prints who has to.
struct IncomingSpoolStep {
  /// The file of the incoming configuration.
  let path: String
  let change: ChangeOptions

  /// - Returns: lines for people: where the spool is, or who makes it.
  func run() throws -> [String] {
    let identifier = String(path.split(separator: "/").last?.dropLast(5) ?? "")
    let snapshot = try change.configuration.snapshot(readsSecrets: false)
    guard let incoming = Identifier(identifier).flatMap({ snapshot.incoming[$0] }) else {
      return []
    }
    let spool = "\(snapshot.settings.spool)/\(identifier)"
    guard let owner = SystemUser(named: change.user),
      geteuid() == 0 || geteuid() == owner.user
    else {
      return [
        incoming.group == nil
          ? "The responder makes its spool, \(spool)."
          : "Its spool, \(spool), has to be made: levelwind incoming prepare, as root"
      ]
    }
    let (findings, problems) = snapshot.prepareSpools(owner: owner, isChanging: true)
    for finding in findings where finding.path.hasPrefix(spool) && finding.isOpen {
      ExitCode.say("\(finding.path): \(finding.what)")
    }
    for problem in problems where problem.file == path { ExitCode.say("\(problem)") }
    return ["Its spool is \(spool)."]
  }
}
