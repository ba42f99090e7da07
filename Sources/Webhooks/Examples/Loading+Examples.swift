import FoundationEssentials

extension Loading {
  /// Refuses each webhook whose examples fail, if the settings say `tests: required`. A refused
  /// webhook keeps its last good version; at start it is broken.
  ///
  /// - Parameters:
  ///   - directory: the configuration's folder.
  ///   - previous: the snapshot in use; nil at start.
  ///   - now: the moment of loading.
  /// - Returns: the loading itself, or one with the problems.
  public func refusingFailures(
    in directory: String, previous: Snapshot? = nil, now: Date
  ) -> Loading {
    guard let snapshot, snapshot.settings.requiresTests else { return self }
    let examples = Examples(directory: directory, now: now)
    var refused: [Identifier: Problem] = [:]
    for example in examples.all where refused[example.webhook] == nil {
      guard case .ready = snapshot.webhooks[example.webhook],
        let first = examples.run(example, now: now).problems.first
      else { continue }
      refused[example.webhook] = Problem(
        file: "\(WebhookFile.folder)/\(example.webhook).yaml",
        "\(example.path) fails (levelwind test \(example.webhook)): \(first)")
    }
    guard !refused.isEmpty || !examples.problems.isEmpty else { return self }
    let problems =
      problems + examples.problems.map { $0.lowered }
      + refused.values.sorted { $0.file < $1.file }
    return Loading(
      snapshot: snapshot.refusing(refused, previous, problems: problems), problems: problems)
  }
}

extension Snapshot {
  /// Returns the same configuration with these webhooks as they were before.
  fileprivate func refusing(
    _ refused: [Identifier: Problem], _ previous: Snapshot?, problems: [Problem]
  ) -> Snapshot {
    var entries = webhooks
    for (identifier, problem) in refused {
      let kept = previous?.webhooks[identifier]?.moved(to: { incoming[$0] }, settings)
      entries[identifier] = kept ?? .broken([problem])
    }
    return Snapshot(
      generation: generation, settings: settings, webhooks: entries, incoming: incoming,
      problems: problems, seen: seen)
  }
}

extension Problem {
  /// The same as a warning.
  fileprivate var lowered: Problem {
    var problem = self
    problem.severity = .warning
    return problem
  }
}
