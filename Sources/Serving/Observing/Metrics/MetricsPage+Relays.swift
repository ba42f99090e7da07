import FoundationEssentials
import Spooling

extension MetricsPage {
  /// What was done for each incoming configuration with a relay.
  fileprivate var relayed: [(key: String, value: WorkStatus.Part)] {
    (relay?.parts ?? [:]).filter { status.incoming.contains($0.key) }.sorted { $0.key < $1.key }
  }
}

extension Metric {
  static let relays = [
    Metric(
      "levelwind_relay_attempts_total", .counter, "Attempts of relays, over restarts.",
      labels: ["incoming"]
    ) { page in page.relayed.map { Value($0.value.attempts, $0.key) } },
    Metric(
      "levelwind_relay_failures_total", .counter, "Attempts of relays that failed, over restarts.",
      labels: ["incoming"]
    ) { page in page.relayed.map { Value($0.value.deferred + $0.value.failed, $0.key) } },
    Metric(
      "levelwind_relay_given_up_total", .counter, "Tasks that relays gave up, over restarts.",
      labels: ["incoming"]
    ) { page in page.relayed.map { Value($0.value.failed, $0.key) } },
    Metric(
      "levelwind_relay_tasks_per_second", .gauge,
      "Tasks that a relay carried on in a second, over the last minute.", labels: ["incoming"]
    ) { page in page.relayed.map { Value($0.value.rate ?? 0, $0.key) } },
    Metric(
      "levelwind_relay_lag_seconds", .gauge,
      "Age of the last task that a relay carried on, at that moment.", labels: ["incoming"]
    ) { page in page.relayed.map { Value($0.value.lag ?? 0, $0.key) } },
    Metric(
      "levelwind_relay_outage_since_timestamp_seconds", .gauge,
      "Time since which a relay's circuit breaker is open, in unix seconds; 0 while it is closed.",
      labels: ["incoming"]
    ) { page in
      page.relayed.map { Value($0.value.outage?.since.timeIntervalSince1970 ?? 0, $0.key) }
    },
  ]
}
