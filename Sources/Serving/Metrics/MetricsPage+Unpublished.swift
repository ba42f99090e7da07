import Spooling

extension MetricsPage {
  /// What was acknowledged and is not in its spool yet. What lies in the state directory is in the series by file system alone.
  func unpublished(_ page: inout PrometheusText) {
    let names = status.incoming.union(status.unpublished.keys.filter { !$0.contains("/") })
    let spools = names.sorted().map {
      (name: $0, waiting: status.unpublished[$0] ?? SpoolsStatus.Waiting(tasks: 0))
    }
    page.add(
      "levelwind_unpublished_tasks", .gauge,
      "Tasks that were acknowledged and are not in their spool yet.",
      spools.map { .init($0.waiting.tasks, ("incoming", $0.name)) })
    page.add(
      "levelwind_unpublished_oldest_age_seconds", .gauge,
      "Age of the oldest task that is not in its spool yet; 0 if all are.",
      spools.map { .init(seconds: age($0.waiting), ("incoming", $0.name)) })
    page.add(
      "levelwind_set_aside_tasks", .gauge,
      "Of the tasks that are not in their spool yet, those that the write-ahead log set aside.",
      spools.map { .init($0.waiting.aside, ("incoming", $0.name)) })
    let waiting = status.unpublishedByFileSystem
    let disks = status.disks.map {
      (path: $0.path, waiting: waiting[$0.path] ?? SpoolsStatus.Waiting(tasks: 0))
    }
    page.add(
      "levelwind_disk_unpublished_tasks", .gauge,
      "Tasks that were acknowledged and are not in their spool yet, by the spool's file system.",
      disks.map { .init($0.waiting.tasks, ("path", $0.path)) })
    page.add(
      "levelwind_disk_unpublished_oldest_age_seconds", .gauge,
      "Age of the oldest of them; 0 if there are none.",
      disks.map { .init(seconds: age($0.waiting), ("path", $0.path)) })
  }

  private func age(_ waiting: SpoolsStatus.Waiting) -> Double {
    let age = waiting.age(at: now)?.components
    return age.map { Double($0.seconds) + Double($0.attoseconds) / 1e18 } ?? 0
  }
}
