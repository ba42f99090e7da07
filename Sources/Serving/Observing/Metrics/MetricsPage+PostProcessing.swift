import Bytes
import Spooling

extension MetricsPage {
  /// What was done for each post-processor that is configured.
  fileprivate var parts: [(labels: [String], value: WorkStatus.Part)] {
    labelled(postprocess?.parts ?? [:])
  }

  /// The records of each post-processor that is configured.
  fileprivate var worked: [(labels: [String], value: SpoolLook)] {
    labelled(status.records)
  }

  /// Returns the values of post-processors that are configured, by the names of their records'
  /// directories.
  private func labelled<Value>(_ values: [String: Value]) -> [(labels: [String], value: Value)] {
    values.sorted { $0.key < $1.key }.compactMap { name, value in
      guard status.isConfigured(records: name),
        case .records(let webhook, let postProcessor)? = SpoolID(recordsIn: name)
      else { return nil }
      return ([webhook, postProcessor], value)
    }
  }
}

extension Metric {
  private static let postProcessor = ["webhook", "post_processor"]

  static let postprocessing = [
    Metric(
      "levelwind_postprocess_attempts_total", .counter,
      "Attempts at post-processing, over restarts.", labels: postProcessor
    ) { page in page.parts.map { Value(Double($0.value.attempts), $0.labels) } },
    Metric(
      "levelwind_postprocess_failures_total", .counter,
      "Attempts at post-processing that failed, over restarts.", labels: postProcessor
    ) { page in
      page.parts.map { Value(Double($0.value.deferred + $0.value.failed), $0.labels) }
    },
    Metric(
      "levelwind_postprocess_given_up_total", .counter,
      "Records that post-processing gave up, over restarts.", labels: postProcessor
    ) { page in page.parts.map { Value(Double($0.value.failed), $0.labels) } },
    Metric(
      "levelwind_postprocess_records", .gauge,
      "Records for a post-processor, by place: new, cur, retry and failed, as in a spool.",
      labels: postProcessor + ["place"]
    ) { page in
      page.worked.flatMap { labels, look in
        look.places.map { Value(Double($0.count), labels + [$0.name]) }
      }
    },
    Metric(
      "levelwind_postprocess_oldest_record_age_seconds", .gauge,
      "Age of the oldest record that waits for a post-processor; 0 if none waits.",
      labels: postProcessor
    ) { page in page.worked.map { Value(page.age($0.value), $0.labels) } },
    Metric(
      "levelwind_postprocess_left_records", .gauge,
      "Records of post-processors that aren't configured any more. Nothing works on them."
    ) { page in
      let left = page.status.records.filter { !page.status.isConfigured(records: $0.key) }
      return [Value(left.values.reduce(0) { $0.addingBounded($1.waiting + $1.failed) })]
    },
  ]
}
