import Spooling

extension Snapshot {
  /// What the spools need, in order of their identifiers. A spool with a group is not made by the
  /// responder: `levelwind incoming prepare` makes it, as root.
  public var spoolSettings: [SpoolSettings] {
    incoming.values.sorted { $0.identifier < $1.identifier }.map {
      SpoolSettings(identifier: $0.identifier.text, make: $0.group == nil)
    }
  }

  /// The spools that have limits.
  public var limitedSpools: Set<String> {
    Set(incoming.values.filter { $0.limits != nil }.map(\.identifier.text))
  }

  /// The spools of all incoming configurations.
  public var spools: Set<String> { Set(incoming.keys.map(\.text)) }

  /// Makes and mends the spools' directories, or looks at them.
  ///
  /// - Parameter owner: the responder's user.
  /// - Returns: what was changed or is amiss, and a problem for each group that there isn't.
  public func prepareSpools(
    owner: SystemUser, isChanging: Bool
  ) -> (findings: [SpoolPreparation.Finding], problems: [Problem]) {
    var wanted: [SpoolPreparation.Wanted] = []
    var problems: [Problem] = []
    for one in incoming.values.sorted(by: { $0.identifier < $1.identifier }) {
      if let problem = groupProblem(of: one.identifier) {
        problems.append(problem)
      } else if one.group != nil || isChanging {
        let group = one.group.flatMap { SystemUser.group(named: $0) }
        wanted.append(.init(identifier: one.identifier.text, group: group))
      }
    }
    var preparation = SpoolPreparation(
      root: settings.spool, owner: owner, isChanging: isChanging)
    return (wanted.isEmpty ? [] : preparation.run(wanted), problems)
  }

  /// That an incoming configuration names a group that there isn't; nil where all is well.
  public func groupProblem(of identifier: Identifier) -> Problem? {
    guard let one = incoming[identifier], let group = one.group,
      SystemUser.group(named: group) == nil
    else { return nil }
    return Problem(
      file: "\(IncomingFile.folder)/\(identifier).yaml", key: IncomingFile.group.key,
      "there is no group \(group.quoted); groupadd --system \(group) makes it")
  }

  /// What `check` says of the spools, a line each: an error where its importers could not work with it.
  public func spoolProblems(owner: SystemUser) -> [Problem] {
    let (findings, problems) = prepareSpools(owner: owner, isChanging: false)
    let bySpool = Dictionary(grouping: findings) { finding in
      let inside = finding.path.dropFirst(settings.spool.count).split(separator: "/").first
      return inside.map { "\(settings.spool)/\($0)" } ?? settings.spool
    }
    return problems
      + bySpool.sorted { $0.key < $1.key }.map { spool, findings in
        let more = findings.count - 1
        let others = more == 0 ? "" : ", and \(more) more like it in \(spool)"
        return Problem(
          findings.contains(where: \.harmsImporters) ? .error : .warning, file: findings[0].path,
          "\(findings[0].what)\(others): `levelwind incoming prepare`, as root, mends it")
      }
  }
}
