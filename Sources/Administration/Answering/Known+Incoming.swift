import AdministrationMessages
import CLinux
import FoundationEssentials
import Serving
import Spooling
import Webhooks

extension Administering.Known {
  func shownIncomings(_ directory: String) -> [IncomingShown] {
    let broken = Set(
      snapshot.refusedFiles.filter { $0.hasPrefix("incoming/") }
        .map { String($0.dropFirst("incoming/".count).dropLast(".yaml".count)) })
    let known = snapshot.incoming.keys.map(\.text)
    let spools = status.map { Array($0.spools.keys) } ?? []
    return Set(known).union(broken).union(spools).sorted { strverscmp($0, $1) < 0 }
      .map { shown($0, broken, directory) }
  }

  func shownIncoming(
    _ identifier: String, _ directory: String
  ) throws(Obstacle) -> IncomingShown {
    let all = shownIncomings(directory)
    if Identifier(identifier) != nil, let one = all.first(where: { $0.identifier == identifier }) {
      return one
    }
    let near = all.map(\.identifier).closest(to: identifier)
    throw .missing(
      "there is no incoming configuration \(identifier)"
        + (near.map { ": did you mean \($0)?" } ?? ""))
  }

  private func shown(
    _ identifier: String, _ broken: Set<String>, _ directory: String
  ) -> IncomingShown {
    var shown = IncomingShown()
    shown.identifier = identifier
    shown.name = identifier
    shown.spool = "\(settings.spool)/\(identifier)"
    shown.updated = FileTimes.changed("\(directory)/incoming/\(identifier).yaml")
    shown.state = broken.contains(identifier) ? "broken" : "removed"
    if let incoming = Identifier(identifier).flatMap({ snapshot.incoming[$0] }) {
      shown.name = incoming.name
      shown.description = incoming.description
      shown.created = incoming.created
      shown.filter = incoming.filterText
      shown.parser = incoming.parserType
      shown.group = incoming.group
      shown.limits = incoming.limitsInWords
      shown.keepDone = incoming.keepDone.map(TimeSpan.text)
      shown.webhooks = snapshot.webhooks.filter { _, entry in
        entry.webhook?.incoming.contains { $0.identifier == incoming.identifier } == true
      }.map(\.key.text).sorted()
      if shown.state == "removed" { shown.state = "active" }
      let files = ConfigurationFiles(directory: directory, group: nil)
      shown.version = files.version(of: "incoming/\(identifier).yaml") ?? ""
    }
    if let look = status?.spools[identifier] {
      var counts = IncomingShown.Counts()
      counts.new = look.new
      counts.claimed = look.cur
      counts.retry = look.retry
      counts.failed = look.failed
      counts.bytes = look.bytes
      counts.oldest = look.oldest
      shown.counts = counts
    }
    let file = "incoming/\(identifier).yaml"
    shown.problems =
      snapshot.problems.filter { $0.file == file }.map(\.description)
      + (status?.spoolProblems.filter { $0.spool == identifier }.map(\.reason) ?? [])
    return shown
  }
}
