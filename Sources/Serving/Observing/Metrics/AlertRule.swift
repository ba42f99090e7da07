import Bytes

/// One alert over the metrics, by the limits of `levelwind health`.
struct AlertRule: Sendable {
  enum Severity: String { case warning, critical }

  let name: String
  let severity: Severity
  /// A PromQL expression. Each series that it yields is an alert.
  let expression: String
  /// How long it has to hold, in Prometheus's notation.
  let lasting: String
  /// What is wrong, in Prometheus's template language.
  let summary: String

  init(
    _ name: String, _ severity: Severity, _ expression: String, for lasting: String = "1m",
    _ summary: String
  ) {
    (self.name, self.severity, self.expression) = (name, severity, expression)
    (self.lasting, self.summary) = (lasting, summary)
  }
}

extension AlertRule {
  /// Every alert. What to do about each stands in `levelwind health` and levelwind-monitoring(7).
  static let all = responder + deliveries + spools + postprocessing + relays

  private static let limits = HealthLimits()

  private static let responder = [
    AlertRule(
      "LevelwindAbsent", .critical, "absent(levelwind_build_info)", for: "2m",
      "No responder of Levelwind can be asked."),
    AlertRule(
      "LevelwindConfigurationErrors", .warning, "levelwind_configuration_errors > 0",
      "Levelwind's configuration has {{ $value }} errors."),
    AlertRule(
      "LevelwindWebhookBroken", .critical, #"levelwind_webhooks{state="broken"} > 0"#,
      "{{ $value }} webhooks are broken, and answer 503."),
    AlertRule(
      "LevelwindLogClosed", .critical, "levelwind_write_ahead_log_in_use == 0",
      "The write-ahead log can't be written: deliveries are answered 503."),
    AlertRule(
      "LevelwindMemoryNearLimit", .warning,
      "levelwind_inflight_bytes / levelwind_inflight_limit_bytes > 0.8",
      "Deliveries in progress take {{ $value | humanizePercentage }} of max_inflight."),
    AlertRule(
      "LevelwindThreadsBusy", .warning, "levelwind_requests_waiting > levelwind_threads", for: "5m",
      "{{ $value }} requests wait for a thread."),
    AlertRule(
      "LevelwindLogEntriesDropped", .warning,
      "increase(levelwind_log_entries_dropped_total[10m]) > 0",
      for: "0m", "Log entries could not be written."),
    AlertRule(
      "LevelwindConnectionsRefused", .warning,
      "increase(levelwind_refused_connections_total[10m]) > 0", for: "0m",
      "A user who isn't one of peers has connected to the socket."),
    AlertRule(
      "LevelwindHistoryLost", .warning, "increase(levelwind_history_lost_total[10m]) > 0",
      for: "0m", "The history lacks deliveries: {{ $labels.reason }}."),
  ]

  private static let deliveries = [
    AlertRule(
      "LevelwindDeliveriesUnavailable", .warning,
      #"increase(levelwind_deliveries_total{outcome="unavailable"}[5m]) > 0"#, for: "0m",
      "Deliveries to {{ $labels.webhook }} are answered 503 or 429."),
    AlertRule(
      "LevelwindSenderRefused", .critical,
      "time() - (levelwind_webhook_refused_since_timestamp_seconds > 0) > "
        + seconds(limits.refused.warning),
      "Every delivery to {{ $labels.webhook }} has been refused for {{ $value | humanizeDuration }}."
    ),
    AlertRule(
      "LevelwindWebhookSilent", .warning, "levelwind_webhook_silent == 1",
      "No delivery came to {{ $labels.webhook }} for longer than its expect_every."),
    AlertRule(
      "LevelwindAnswersSlow", .warning,
      "histogram_quantile(0.99, sum by (webhook, le) "
        + "(rate(levelwind_delivery_duration_seconds_bucket[5m]))) > 2",
      for: "5m",
      "One answer in a hundred to {{ $labels.webhook }} takes {{ $value | humanizeDuration }}."),
    AlertRule(
      "LevelwindAnswersLost", .warning, "increase(levelwind_lost_answers_total[10m]) > 10",
      for: "0m", "The web server did not take {{ $value | humanize }} answers."),
  ]

  private static let spools = [
    AlertRule(
      "LevelwindUnpublished", .warning,
      "levelwind_unpublished_oldest_age_seconds > " + seconds(limits.unpublished.warning),
      "Acknowledged tasks for {{ $labels.incoming }} are not in their spool yet."),
    AlertRule(
      "LevelwindUnpublishedLong", .critical,
      "levelwind_unpublished_oldest_age_seconds > " + seconds(limits.unpublished.critical),
      for: "0m", "Acknowledged tasks for {{ $labels.incoming }} are not in their spool yet."),
    AlertRule(
      "LevelwindSetAside", .critical, "levelwind_set_aside_tasks > 0",
      "{{ $value }} acknowledged tasks for {{ $labels.incoming }} can't be published."),
    AlertRule(
      "LevelwindImporterBehind", .warning,
      "levelwind_spool_oldest_task_age_seconds > " + seconds(limits.oldest.warning),
      "The oldest task of {{ $labels.incoming }} waits for {{ $value | humanizeDuration }}."),
    AlertRule(
      "LevelwindTasksWaiting", .warning,
      #"levelwind_spool_tasks{place="new"} > \#(limits.waiting.warning)"#,
      "{{ $value }} tasks of {{ $labels.incoming }} wait."),
    AlertRule(
      "LevelwindTasksFailed", .warning,
      #"levelwind_spool_tasks{place="failed"} >= \#(limits.failed.warning)"#,
      "{{ $value }} tasks of {{ $labels.incoming }} failed."),
    AlertRule(
      "LevelwindDiskFull", .critical,
      "predict_linear(levelwind_disk_free_bytes[1h], 4 * 3600) < 0", for: "10m",
      "The file system of {{ $labels.path }} is full in four hours, at the rate of the last hour."),
  ]

  private static let postprocessing = [
    AlertRule(
      "LevelwindPostprocessFailed", .warning,
      #"levelwind_postprocess_records{place="failed"} >= \#(limits.failed.warning)"#,
      "{{ $value }} records of {{ $labels.post_processor }} of {{ $labels.webhook }} were given up."
    ),
    AlertRule(
      "LevelwindPostprocessBehind", .warning,
      "levelwind_postprocess_oldest_record_age_seconds > " + seconds(limits.oldest.warning),
      "The oldest record of {{ $labels.post_processor }} of {{ $labels.webhook }} waits for "
        + "{{ $value | humanizeDuration }}."),
  ]

  private static let relays = [
    AlertRule(
      "LevelwindRelayOutage", .warning,
      "levelwind_relay_outage_since_timestamp_seconds > 0",
      for: seconds(limits.relay.warning) + "s",
      "The relay of {{ $labels.incoming }} can't carry tasks on: its server fails.")
  ]

  private static func seconds(_ time: Duration) -> String { "\(time.components.seconds)" }
}
