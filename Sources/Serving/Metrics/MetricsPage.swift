import FastCGI
import Foundation
import Spooling
import Webhooks

/// `GET /metrics`. Counters begin at 0 with the process. Labels are identifiers of the configuration, and
/// nothing that a sender chooses: the number of series is bounded by it.
struct MetricsPage {
  let status: StatusFile
  let activity: Activity
  let flushTimes: DurationHistogram
  let listener: Counters
  let threads: Int
  let inflight: (bytes: Int, limit: Int)
  let postprocess: WorkStatus?
  let now: Date

  var text: String {
    var page = PrometheusText()
    deliveries(&page)
    webhooks(&page)
    tasks(&page)
    spools(&page)
    unpublished(&page)
    postprocessing(&page)
    requests(&page)
    process(&page)
    return page.text
  }

  private var tallies: [(name: String, tally: WebhookTally)] {
    activity.tallies.sorted { $0.key < $1.key }.map { (name: $0.key, tally: $0.value) }
  }

  private func deliveries(_ page: inout PrometheusText) {
    page.add(
      "levelwind_deliveries_total", .counter, "Deliveries by webhook and outcome.",
      tallies.flatMap { name, tally in
        DeliveryOutcome.allCases.map {
          .init(tally.count(of: $0), ("webhook", name), ("outcome", $0.word))
        }
      })
    page.add(
      "levelwind_unknown_requests_total", .counter,
      "Requests to paths that lead to no webhook.", activity.unknown)
    page.add(
      "levelwind_delivery_bytes_total", .counter, "Bytes of the bodies of deliveries.",
      tallies.map { .init($0.tally.bytes, ("webhook", $0.name)) })
    page.add(
      "levelwind_delivery_duration_seconds", "From the arrival of a delivery to its answer.",
      tallies.map { (labels: [("webhook", $0.name)], reading: $0.tally.durations.reading) })
  }

  private func webhooks(_ page: inout PrometheusText) {
    let seen = status.webhooks.sorted { $0.key < $1.key }
    page.add(
      "levelwind_webhook_last_delivery_timestamp_seconds", .gauge,
      "When the last verified delivery came, over restarts.",
      seen.compactMap { name, seen in
        seen.lastDelivery.map {
          .init(seconds: $0.timeIntervalSince1970, ("webhook", name))
        }
      })
    page.add(
      "levelwind_webhook_refused_since_timestamp_seconds", .gauge,
      "Since when deliveries are refused with 503, without a success; 0 where they aren't.",
      seen.map { name, seen in
        .init(
          seconds: seen.unavailableSince?.timeIntervalSince1970 ?? 0, ("webhook", name))
      })
    let expected = status.configured.filter { $0.value.expectEvery != nil }.keys.sorted()
    let silent = Set(
      Health(limits: HealthLimits()).webhooks(status, at: now).filter { $0.kind == .silence }
        .map(\.subject))
    page.add(
      "levelwind_webhook_silent", .gauge, "Whether a webhook is silent, against its expect_every.",
      expected.map { .init(silent.contains($0) ? 1 : 0, ("webhook", $0)) })
    let counts = Dictionary(grouping: status.configured.values, by: \.state).mapValues(\.count)
    page.add(
      "levelwind_webhooks", .gauge, "Webhooks by their state.",
      ["active", "waiting", "disabled", "broken"].map { .init(counts[$0] ?? 0, ("state", $0)) })
  }

  private func tasks(_ page: inout PrometheusText) {
    let incoming = activity.incoming.sorted { $0.key < $1.key }
    page.add(
      "levelwind_tasks_total", .counter, "Tasks committed, by incoming configuration.",
      incoming.map { .init($0.value.tasks, ("incoming", $0.key)) })
    page.add(
      "levelwind_unroutable_deliveries_total", .counter,
      "Deliveries put into failed/ whole, by incoming configuration.",
      incoming.map { .init($0.value.failed, ("incoming", $0.key)) })
    page.add(
      "levelwind_log_flush_duration_seconds", "Flushes of the write-ahead log.",
      [(labels: [], reading: flushTimes.reading)])
  }

  private func spools(_ page: inout PrometheusText) {
    let spools = status.spools.sorted { $0.key < $1.key }
    page.add(
      "levelwind_spool_tasks", .gauge,
      "Tasks in a spool: new ones wait, those in cur are claimed, those in retry deferred.",
      spools.flatMap { name, look in
        look.places.map { .init($0.count, ("incoming", name), ("place", $0.name)) }
      })
    page.add(
      "levelwind_spool_bytes", .gauge, "Bytes of the tasks in a spool.",
      spools.map { .init($0.value.bytes, ("incoming", $0.key)) })
    page.add(
      "levelwind_spool_oldest_task_age_seconds", .gauge,
      "Age of the oldest task that waits in a spool; 0 if none does.",
      spools.map { .init(seconds: age($0.value), ("incoming", $0.key)) })
    page.add(
      "levelwind_disk_free_bytes", .gauge, "Free bytes of the file systems of spools and state.",
      status.disks.map { .init($0.bytes, ("path", $0.path)) })
  }

  /// Of the oldest that waits, in seconds.
  func age(_ look: SpoolLook) -> Double {
    look.oldest.map { max(now.timeIntervalSince($0), 0) } ?? 0
  }

  private func requests(_ page: inout PrometheusText) {
    page.add(
      "levelwind_threads", .gauge, "Threads that serve requests.", threads)
    page.add(
      "levelwind_threads_busy", .gauge, "Threads that serve a request now, this one included.",
      listener.busy)
    page.add(
      "levelwind_requests_waiting", .gauge, "Requests that no thread has begun with.",
      listener.waiting)
    page.add(
      "levelwind_connections", .gauge, "Connections of the web server that are open.",
      listener.connections)
    page.add(
      "levelwind_refused_connections_total", .counter,
      "Connections from users of this machine that may not connect.", listener.refusedPeers)
    page.add(
      "levelwind_accept_errors_total", .counter,
      "Times that no connection could be accepted, for want of descriptors or memory.",
      listener.acceptErrors)
    page.add(
      "levelwind_protocol_errors_total", .counter,
      "Connections that were dropped because no whole request could be read from them.",
      listener.protocolErrors)
    page.add(
      "levelwind_lost_answers_total", .counter,
      "Answers that the web server hung up on or did not take in time.", listener.lostReplies)
  }

  private func process(_ page: inout PrometheusText) {
    page.add(
      "levelwind_configuration_errors", .gauge, "Errors when the configuration was loaded last.",
      status.errors.count)
    page.add(
      "levelwind_last_reload_timestamp_seconds", .gauge, "When the configuration was loaded last.",
      [.init(seconds: status.loaded.timeIntervalSince1970)])
    page.add(
      "levelwind_last_reload_success", .gauge, "Whether it was loaded without an error.",
      status.errors.isEmpty ? 1 : 0)
    page.add(
      "levelwind_inflight_bytes", .gauge, "Memory of deliveries in progress.", inflight.bytes)
    page.add(
      "levelwind_inflight_limit_bytes", .gauge, "Its bound, max_inflight.", inflight.limit)
    page.add(
      "levelwind_write_ahead_log_in_use", .gauge, "Whether commits go through the write-ahead log.",
      status.log.isInUse ? 1 : 0)
    page.add(
      "levelwind_log_entries_dropped_total", .counter, "Log entries that could not be written.",
      status.droppedLogEntries)
    page.add(
      "levelwind_refused_not_kept_total", .counter,
      "Refused deliveries that were to be kept and could not be.", status.unkeptRefusals)
    page.add(
      "levelwind_build_info", .gauge, "The version of this build.",
      [.init(1, ("version", version))])
    page.add(
      "process_start_time_seconds", .gauge, "When the process started, in unix seconds.",
      [.init(seconds: status.started.timeIntervalSince1970)])
  }
}

extension SpoolLook {
  /// How many lie where.
  var places: [(name: String, count: Int)] {
    [("new", new), ("cur", cur), ("retry", retry), ("failed", failed)]
  }
}
