import Spooling

extension MetricsPage {
  func postprocessing(_ page: inout PrometheusText) {
    let parts = (postprocess?.parts ?? [:]).filter { status.isConfigured(records: $0.key) }
      .sorted { $0.key < $1.key }
    page.add(
      "levelwind_postprocess_attempts_total", .counter,
      "Attempts at post-processing, over restarts.",
      parts.map { .init($0.value.attempts, $0.key.postProcessor) })
    page.add(
      "levelwind_postprocess_failures_total", .counter,
      "Attempts at post-processing that failed, over restarts.",
      parts.map { .init($0.value.deferred + $0.value.failed, $0.key.postProcessor) })
    page.add(
      "levelwind_postprocess_given_up_total", .counter,
      "Records for post-processors that were given up, over restarts.",
      parts.map { .init($0.value.failed, $0.key.postProcessor) })
    records(&page)
  }

  private func records(_ page: inout PrometheusText) {
    let all = status.records.sorted { $0.key < $1.key }
    let worked = all.filter { status.isConfigured(records: $0.key) }
    page.add(
      "levelwind_postprocess_records", .gauge,
      "Records for a post-processor: as tasks in a spool.",
      worked.flatMap { name, look in
        look.places.map { .init($0.count, name.postProcessor + [("place", $0.name)]) }
      })
    page.add(
      "levelwind_postprocess_oldest_record_age_seconds", .gauge,
      "Age of the oldest record that waits for a post-processor; 0 if none does.",
      worked.map { .init(seconds: age($0.value), $0.key.postProcessor) })
    let left = all.filter { !status.isConfigured(records: $0.key) }.map(\.value)
    page.add(
      "levelwind_postprocess_left_records", .gauge,
      "Records of post-processors that are gone, which nobody works on.",
      left.reduce(0) { $0.addingBounded($1.waiting + $1.failed) })
  }
}

extension String {
  /// The labels of `<webhook>.<post-processor>`.
  fileprivate var postProcessor: [(name: String, value: String)] {
    Array(zip(["webhook", "post_processor"], split(separator: ".").map(String.init)))
      .map { (name: $0, value: $1) }
  }
}
