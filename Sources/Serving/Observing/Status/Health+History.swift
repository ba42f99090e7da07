extension Health {
  /// Finds a history that lacks deliveries. That is never critical: deliveries go on.
  func history(_ status: StatusFile) -> [Finding] {
    let history = status.history
    var findings: [Finding] = []
    if let problem = history.problem {
      findings.append(
        Finding(
          .warning, .history,
          "deliveries are not kept in the history (\(history.lostDeliveries.grouped) since the "
            + "start): \(problem)", remedy: .askHistory))
    }
    if let first = history.damaged.first {
      let more = history.damaged.count > 1 ? ", and \(history.damaged.count - 1) more" : ""
      findings.append(
        Finding(
          .warning, .history,
          "a file of the history was damaged, and lies aside: \(first)\(more)",
          remedy: .keepHistory(at: first)))
    }
    return findings
  }
}
