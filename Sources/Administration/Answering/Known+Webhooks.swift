import AdministrationMessages
import CLinux
import FoundationEssentials
import History
import Serving
import Spooling
import Webhooks

extension Administering.Known {
  func shown(_ filter: WebhookFilter, _ directory: String) -> WebhooksShown {
    var shown = WebhooksShown()
    let wanted = filter.name.lowercased()
    // Only what is shown is gathered: there may be ten thousand.
    let matching = snapshot.webhooks.filter { identifier, entry in
      (filter.state.isEmpty || filter.state == state(of: identifier, entry))
        && (filter.incoming.isEmpty
          || entry.webhook?.incoming.contains { $0.identifier.text == filter.incoming } == true)
        && (wanted.isEmpty || identifier.text.contains(wanted)
          || entry.webhook?.name.lowercased().contains(wanted) == true)
    }.map(\.key)
    shown.matching = matching.count
    shown.total = snapshot.webhooks.count
    shown.incoming = snapshot.incoming.keys.map(\.text).sorted()
    let (first, overflow) = (max(1, filter.page) - 1).multipliedReportingOverflow(
      by: AdministrationQuestion.rows)
    guard !overflow, first < matching.count else { return shown }
    shown.lines = sorted(matching, by: filter.order, directory)[first...]
      .prefix(AdministrationQuestion.rows).compactMap { identifier in
        guard let entry = snapshot.webhooks[identifier] else { return nil }
        var line = line(identifier, entry)
        line.updated = updated(identifier, directory)
        return line
      }
    return shown
  }

  private func sorted(
    _ identifiers: [Identifier], by order: WebhookFilter.Order, _ directory: String
  ) -> [Identifier] {
    func latest(_ moment: (Identifier) -> Date?) -> [Identifier] {
      identifiers.map { ($0, moment($0) ?? .distantPast) }.sorted { a, b in
        a.1 == b.1 ? strverscmp(a.0.text, b.0.text) < 0 : a.1 > b.1
      }.map(\.0)
    }
    return switch order {
    case .name: identifiers.sorted { strverscmp($0.text, $1.text) < 0 }
    case .delivery: latest { status?.webhooks[$0.text]?.lastDelivery }
    case .refusal: latest { status?.webhooks[$0.text]?.lastRefusal?.time }
    case .updated: latest { updated($0, directory) }
    case .created: latest { snapshot.webhooks[$0]?.webhook?.created }
    }
  }

  private func updated(_ identifier: Identifier, _ directory: String) -> Date? {
    FileTimes.changed("\(directory)/webhooks/\(identifier).yaml")
  }

  /// The state of a webhook. The responder knows whether a secret is there.
  private func state(of identifier: Identifier, _ entry: Snapshot.Entry) -> String {
    status?.configured[identifier.text]?.state ?? entry.word
  }

  private func line(_ identifier: Identifier, _ entry: Snapshot.Entry) -> WebhooksShown.Line {
    let seen = status?.webhooks[identifier.text]
    var line = WebhooksShown.Line()
    line.identifier = identifier.text
    line.name = entry.webhook?.name ?? identifier.text
    line.description = entry.webhook?.description ?? ""
    line.created = entry.webhook?.created
    line.state = state(of: identifier, entry)
    line.url = entry.webhook?.publicURL ?? settings.publicURL(of: identifier)
    line.incoming = entry.webhook?.incoming.map(\.identifier.text) ?? []
    if let webhook = entry.webhook {
      let kinds = webhook.checks.map { $0.sender ?? $0.type }
      line.check = kinds.isEmpty ? "none: anyone may send" : kinds.joined(separator: ", ")
    }
    line.lastDelivery = seen?.lastDelivery
    line.lastRefusal = seen?.lastRefusal?.time
    line.refusedBy = seen?.lastRefusal?.check
    return line
  }

  func shownWebhook(
    _ identifier: String, _ directory: String, at now: Date
  ) throws(Obstacle) -> WebhookShown {
    guard let name = Identifier(identifier), let entry = snapshot.webhooks[name] else {
      let near = snapshot.webhooks.keys.map(\.text).closest(to: identifier)
      throw .missing(
        "there is no webhook \(identifier)\(near.map { ": did you mean \($0)?" } ?? "")")
    }
    var shown = WebhookShown()
    shown.line = line(name, entry)
    shown.line.updated = updated(name, directory)
    let files = ConfigurationFiles(directory: directory, group: nil)
    shown.version = files.version(of: "webhooks/\(name).yaml") ?? ""
    let file = "webhooks/\(name).yaml"
    shown.problems = snapshot.problems.filter { $0.file == file }.map(\.description)
    if case .broken(let problems) = entry, shown.problems.isEmpty {
      shown.problems = problems.map(\.description)
    }
    shown.isKept = HistoryKept.isKept(of: name.text, state: settings.state)
    if let webhook = entry.webhook { fill(&shown, webhook, entry, at: now) }
    if shown.isKept {
      fillDeliveries(&shown, name, at: now)
    }
    return shown
  }

  /// The last ten deliveries, and how many came in each of the last 24 hours. Where these are more
  /// than can be looked at in time, the hours are left out: half of them would be a lie.
  private func fillDeliveries(_ shown: inout WebhookShown, _ name: Identifier, at now: Date) {
    var query = DeliveryQuery()
    query.webhooks = [name.text]
    let search = DeliverySearch(state: settings.state, query, within: .milliseconds(500))
    let marks = DeliveryMarks(state: settings.state)
    var hours = (0..<24).map { place in
      var hour = WebhookShown.Hour()
      hour.start = now - Double(24 - place) * 3600
      return hour
    }
    var isWhole = false
    var times = [[Int]](repeating: [], count: 24)
    while true {
      guard let entry = search.next() else {
        isWhole = search.stopped == nil
        break
      }
      if shown.deliveries.count < 10 { shown.deliveries.append(DeliveriesShown.Line(entry, marks)) }
      let age = now.timeIntervalSince(entry.facts.moment)
      // The order is that of writing, which follows the arrival by less than a minute.
      if age > 86_400 + 60, shown.deliveries.count == 10 {
        isWhole = true
        break
      }
      guard 0..<86_400 ~= age else { continue }
      let place = 23 - Int(age / 3600)
      hours[place].count(entry.facts.verdict)
      times[place].append(max(0, entry.facts.durationUs))
    }
    guard isWhole else { return }
    for place in hours.indices where !times[place].isEmpty {
      let sorted = times[place].sorted()
      hours[place].usualTime = sorted[sorted.count / 2]
      hours[place].slowTime = sorted[sorted.count * 99 / 100]
    }
    shown.hours = hours
  }

  private func fill(
    _ shown: inout WebhookShown, _ webhook: Webhook, _ entry: Snapshot.Entry, at now: Date
  ) {
    let page = WebhookPage(
      webhook, entry, seen: status?.webhooks[webhook.identifier.text] ?? WebhookActivity(),
      updated: shown.line.updated, state: settings.state, at: now)
    shown.methods = page.methods
    shown.logging = page.logging ? "every delivery" : "refused deliveries"
    shown.history = page.history ?? "none"
    shown.advice = page.historyAdvice
    shown.preProcessors = page.preProcessors.map { check in
      check.type + (check.sender.map { " \($0)" } ?? "") + (check.observed ? ", only observed" : "")
        + ": \(check.words)"
    }
    shown.postProcessors = page.postProcessors.map(\.text)
    shown.retries = page.retries.map { "\($0.sender): \($0.words)" }
    shown.activity = page.activity
    let awaited = Set(
      (status?.configured[webhook.identifier.text]?.state == "waiting" ? page.secrets : [])
        .filter(\.awaited).map(\.name))
    shown.secrets = page.secrets.map { secret in
      var one = WebhookShown.Secret()
      one.name = secret.name
      one.path = secret.path
      one.matches = secret.matches
      one.lastMatch = secret.lastMatch
      one.expires = secret.notAfter
      one.isExpired = secret.expired
      one.isAwaited = awaited.contains(secret.name)
      return one
    }
  }
}

extension WebhookShown.Hour {
  fileprivate mutating func count(_ verdict: String) {
    switch verdict {
    case "accepted", "repeated", "answered": accepted += 1
    case "unwanted": unwanted += 1
    case "refused": refused += 1
    default: unavailable += 1
    }
  }
}
