import FastCGI
import FoundationEssentials
import History
import Glibc
import Spooling
import Webhooks

/// The answer to `GET /metrics`. Counters begin at 0 with the process; those of post-processing
/// and relays go on over restarts. Labels are identifiers of the configuration and never chosen by
/// a sender, so the configuration bounds the number of series.
struct MetricsPage {
  let status: StatusFile
  let activity: Activity
  let flushTimes: DurationHistogram
  let listener: Counters
  let threads: Int
  let inflight: (bytes: Int, limit: Int)
  let postprocess: WorkStatus?
  let relay: WorkStatus?
  let now: Date

  var text: String {
    var text = PrometheusText()
    for metric in Metric.all { metric.add(to: &text, from: self) }
    return text.text
  }

  fileprivate var counted: [(name: String, counters: WebhookCounters)] {
    activity.counters.sorted { $0.key < $1.key }.map { (name: $0.key, counters: $0.value) }
  }

  /// Webhooks as the status knows them, over restarts.
  fileprivate var seen: [(key: String, value: WebhookActivity)] {
    status.webhooks.sorted { $0.key < $1.key }
  }

  fileprivate var looks: [(key: String, value: SpoolLook)] {
    status.spools.sorted { $0.key < $1.key }
  }

  /// Returns the age of the oldest task that waits, in seconds; 0 if none does.
  func age(_ look: SpoolLook) -> Double {
    look.oldest.map { max(now.timeIntervalSince($0), 0) } ?? 0
  }
}

extension SpoolLook {
  /// The number of tasks in each directory.
  var places: [(name: String, count: Int)] {
    [("new", new), ("cur", cur), ("retry", retry), ("failed", failed)]
  }
}

extension Metric {
  static let deliveries = [
    Metric(
      "levelwind_deliveries_total", .counter, "Deliveries by webhook and outcome.",
      labels: ["webhook", "outcome"]
    ) { page in
      page.counted.flatMap { name, counters in
        DeliveryOutcome.allCases.map { Value(counters.count(of: $0), name, $0.word) }
      }
    },
    Metric(
      "levelwind_unknown_requests_total", .counter,
      "Requests to paths that lead to no webhook."
    ) { [Value($0.activity.unknown)] },
    Metric(
      "levelwind_delivery_bytes_total", .counter, "Bytes of the bodies of deliveries.",
      labels: ["webhook"]
    ) { page in page.counted.map { Value($0.counters.bytes, $0.name) } },
    Metric(
      durations: "levelwind_delivery_duration_seconds",
      "Time from the arrival of a delivery to its answer.", labels: ["webhook"]
    ) { page in page.counted.map { (labels: [$0.name], reading: $0.counters.durations.reading) } },
  ]

  static let webhooks = [
    Metric(
      "levelwind_webhook_last_delivery_timestamp_seconds", .gauge,
      "Time of the last verified delivery, over restarts, in unix seconds.", labels: ["webhook"]
    ) { page in
      page.seen.compactMap { name, seen in
        seen.lastDelivery.map { Value($0.timeIntervalSince1970, name) }
      }
    },
    Metric(
      "levelwind_webhook_refused_since_timestamp_seconds", .gauge,
      "Time since which every delivery is refused with 503, in unix seconds; 0 otherwise.",
      labels: ["webhook"]
    ) { page in
      page.seen.map { Value($0.value.unavailableSince?.timeIntervalSince1970 ?? 0, $0.key) }
    },
    Metric(
      "levelwind_webhook_silent", .gauge,
      "1 if no delivery came for longer than the webhook's expect_every, else 0.",
      labels: ["webhook"]
    ) { page in
      let findings = Health(limits: HealthLimits()).webhooks(page.status, at: page.now)
      let silent = Set(findings.filter { $0.kind == .silence }.map(\.subject))
      let expected = page.status.configured.filter { $0.value.expectEvery != nil }.keys
      return expected.sorted().map { Value(silent.contains($0) ? 1 : 0, $0) }
    },
    Metric(
      "levelwind_webhooks", .gauge,
      "Webhooks by their state: active, waiting, disabled or broken.", labels: ["state"]
    ) { page in
      let counts = Dictionary(grouping: page.status.configured.values, by: \.state)
        .mapValues(\.count)
      return ["active", "waiting", "disabled", "broken"].map { Value(counts[$0] ?? 0, $0) }
    },
  ]

  static let tasks = [
    Metric(
      "levelwind_tasks_total", .counter, "Tasks committed, by incoming configuration.",
      labels: ["incoming"]
    ) { page in
      page.activity.incoming.sorted { $0.key < $1.key }.map { Value($0.value.tasks, $0.key) }
    },
    Metric(
      "levelwind_unroutable_deliveries_total", .counter,
      "Deliveries put into failed/ whole, by incoming configuration.", labels: ["incoming"]
    ) { page in
      page.activity.incoming.sorted { $0.key < $1.key }.map { Value($0.value.failed, $0.key) }
    },
    Metric(
      durations: "levelwind_log_flush_duration_seconds", "Flushes of the write-ahead log."
    ) { [(labels: [], reading: $0.flushTimes.reading)] },
  ]

  static let spools = [
    Metric(
      "levelwind_spool_tasks", .gauge,
      "Tasks in a spool, by place: new (waiting), cur (claimed), retry (deferred), failed (given "
        + "up).",
      labels: ["incoming", "place"]
    ) { page in
      page.looks.flatMap { name, look in
        look.places.map { Value($0.count, name, $0.name) }
      }
    },
    Metric(
      "levelwind_spool_bytes", .gauge, "Bytes of the tasks in a spool.", labels: ["incoming"]
    ) { page in page.looks.map { Value($0.value.bytes, $0.key) } },
    Metric(
      "levelwind_spool_oldest_task_age_seconds", .gauge,
      "Age of the oldest task that waits in a spool; 0 if none waits.", labels: ["incoming"]
    ) { page in page.looks.map { Value(page.age($0.value), $0.key) } },
    Metric(
      "levelwind_disk_free_bytes", .gauge, "Free bytes of the file systems of spools and state.",
      labels: ["path"]
    ) { page in page.status.disks.map { Value($0.bytes, $0.path) } },
  ]

  static let requests = [
    Metric(
      "levelwind_threads", .gauge, "The most requests that are served at the same time."
    ) { [Value($0.threads)] },
    Metric(
      "levelwind_threads_busy", .gauge, "Requests that are served now, including this one."
    ) { [Value($0.listener.busy)] },
    Metric(
      "levelwind_requests_waiting", .gauge, "Requests that wait for a thread."
    ) { [Value($0.listener.waiting)] },
    Metric(
      "levelwind_connections", .gauge, "Open connections of the web server."
    ) { [Value($0.listener.connections)] },
    Metric(
      "levelwind_refused_connections_total", .counter,
      "Connections refused because their user isn't one of peers."
    ) { [Value($0.listener.refusedPeers)] },
    Metric(
      "levelwind_accept_errors_total", .counter,
      "Times that no connection could be accepted, for lack of descriptors or memory."
    ) { [Value($0.listener.acceptErrors)] },
    Metric(
      "levelwind_protocol_errors_total", .counter,
      "Connections that were dropped because no complete request could be read from them."
    ) { [Value($0.listener.protocolErrors)] },
    Metric(
      "levelwind_lost_answers_total", .counter,
      "Answers that the web server hung up on or did not take in time."
    ) { [Value($0.listener.lostReplies)] },
  ]

  static let process = [
    Metric(
      "levelwind_configuration_errors", .gauge,
      "Errors of the last load of the configuration."
    ) { [Value($0.status.errors.count)] },
    Metric(
      "levelwind_last_reload_timestamp_seconds", .gauge,
      "Time of the last load of the configuration, in unix seconds."
    ) { [Value($0.status.loaded.timeIntervalSince1970)] },
    Metric(
      "levelwind_last_reload_success", .gauge,
      "1 if the last load of the configuration had no error, else 0."
    ) { [Value($0.status.errors.isEmpty ? 1 : 0)] },
    Metric(
      "levelwind_inflight_bytes", .gauge, "Memory of deliveries in progress."
    ) { [Value($0.inflight.bytes)] },
    Metric(
      "levelwind_inflight_limit_bytes", .gauge,
      "Bound of the memory of deliveries in progress: max_inflight."
    ) { [Value($0.inflight.limit)] },
    Metric(
      "levelwind_write_ahead_log_in_use", .gauge,
      "1 if commits go through the write-ahead log, 0 if it can't be written."
    ) { [Value($0.status.log.isInUse ? 1 : 0)] },
    Metric(
      "levelwind_log_entries_dropped_total", .counter, "Log entries that could not be written."
    ) { [Value($0.status.droppedLogEntries)] },
    Metric(
      "levelwind_history_kept_total", .counter, "Deliveries that were written into a history."
    ) { [Value($0.status.history.kept)] },
    Metric(
      "levelwind_history_lost_total", .counter,
      "Deliveries that a history should have and doesn't, or has without the body, by reason.",
      labels: ["reason"]
    ) { page in
      HistoryWriter.Loss.allCases.map {
        Value(page.status.history.lost[$0.rawValue] ?? 0, $0.rawValue)
      }
    },
    Metric(
      "levelwind_history_bytes", .gauge, "Bytes of all histories on the disk."
    ) { [Value($0.status.history.bytes)] },
    Metric(
      "levelwind_build_info", .gauge, "The version of this build.", labels: ["version"]
    ) { _ in [Value(1, version)] },
    Metric(
      "process_start_time_seconds", .gauge, "When the process started, in unix seconds."
    ) { [Value($0.status.started.timeIntervalSince1970)] },
  ]
}
