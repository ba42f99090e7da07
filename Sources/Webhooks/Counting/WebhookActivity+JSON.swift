import Bytes

extension WebhookActivity {
  /// Adds the members that `init(from:)` reads in snake case. What is empty is left out.
  package func write(to json: inout JSONObjectWriter) {
    if !secrets.isEmpty {
      json.add("secrets") { json in
        for (name, match) in secrets {
          json.add(name) {
            $0.add("count", match.count)
            $0.add("last", match.last)
          }
        }
      }
    }
    if !counts.isEmpty {
      json.add("counts") { json in for (word, count) in counts { json.add(word, count) } }
    }
    json.add("since", since)
    json.add("last_delivery", lastDelivery)
    if let lastRefusal {
      json.add("last_refusal") {
        $0.add("time", lastRefusal.time)
        $0.add("check", lastRefusal.check)
        $0.add("delivery", lastRefusal.delivery)
        $0.add("is_temporary", lastRefusal.isTemporary)
        if let clock = lastRefusal.clock { $0.add("clock") { clock.write(to: &$0) } }
      }
    }
    json.add("refused_since", refusedSince)
    json.add("unavailable_since", unavailableSince)
    json.add("expected_since", expectedSince)
    if let unwanted {
      json.add("unwanted") {
        $0.add("count", unwanted.count)
        $0.add("since", unwanted.since)
      }
    }
    if let clock {
      json.add("clock") {
        $0.add("count", clock.count)
        $0.add("difference") { clock.difference.write(to: &$0) }
        $0.add("timestamp") { clock.timestamp.write(to: &$0) }
      }
    }
    json.add("filters", filters)
  }
}

extension WebhookActivity.SignedSeconds {
  fileprivate func write(to json: inout JSONObjectWriter) {
    json.add("seconds", seconds)
    json.add("is_negative", isNegative)
  }
}
