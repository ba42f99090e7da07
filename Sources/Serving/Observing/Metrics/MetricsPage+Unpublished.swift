import Spooling

extension MetricsPage {
  /// What waits, by spool. What lies in the state directory is in the series by file system alone.
  fileprivate var waiting: [(name: String, waiting: SpoolsStatus.Waiting)] {
    status.incoming.union(status.unpublished.keys.filter { !SpoolID(path: $0).isState }).sorted()
      .map { ($0, status.unpublished[$0] ?? SpoolsStatus.Waiting(tasks: 0)) }
  }

  fileprivate var waitingByFileSystem: [(path: String, waiting: SpoolsStatus.Waiting)] {
    let waiting = status.unpublishedByFileSystem
    return status.disks.map {
      ($0.path, waiting[$0.path] ?? SpoolsStatus.Waiting(tasks: 0))
    }
  }

  fileprivate func age(_ waiting: SpoolsStatus.Waiting) -> Double {
    let age = waiting.age(at: now)?.components
    return age.map { Double($0.seconds) + Double($0.attoseconds) / 1e18 } ?? 0
  }
}

extension Metric {
  /// What was acknowledged and is not in its spool yet.
  static let unpublished = [
    Metric(
      "levelwind_unpublished_tasks", .gauge,
      "Tasks that were acknowledged and are not in their spool yet.", labels: ["incoming"]
    ) { page in page.waiting.map { Value($0.waiting.tasks, $0.name) } },
    Metric(
      "levelwind_unpublished_oldest_age_seconds", .gauge,
      "Age of the oldest acknowledged task that is not in its spool yet; 0 without one.",
      labels: ["incoming"]
    ) { page in page.waiting.map { Value(page.age($0.waiting), $0.name) } },
    Metric(
      "levelwind_set_aside_tasks", .gauge,
      "Acknowledged tasks that the write-ahead log set aside, since they can't be published.",
      labels: ["incoming"]
    ) { page in page.waiting.map { Value($0.waiting.aside, $0.name) } },
    Metric(
      "levelwind_disk_unpublished_tasks", .gauge,
      "Tasks that were acknowledged and are not in their spool yet, by the spool's file system.",
      labels: ["path"]
    ) { page in page.waitingByFileSystem.map { Value($0.waiting.tasks, $0.path) } },
    Metric(
      "levelwind_disk_unpublished_oldest_age_seconds", .gauge,
      "Age of the oldest acknowledged task that is not in its spool yet, by the spool's file "
        + "system; 0 without one.",
      labels: ["path"]
    ) { page in page.waitingByFileSystem.map { Value(page.age($0.waiting), $0.path) } },
  ]
}
