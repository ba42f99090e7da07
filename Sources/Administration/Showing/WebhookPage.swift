import FoundationEssentials
import Glibc
import Serving
import Spooling
import Webhooks

/// A webhook as `webhook show` prints it, without the values of secrets.
package struct WebhookPage: Encodable {
  /// A pre-processor of the webhook.
  package struct Check: Encodable {
    package let type: String
    package let sender: String?
    package let words: String
    package let observed: Bool
  }

  /// A post-processor of the webhook, with its records.
  package struct AfterTasks: Encodable {
    package let name: String
    package let words: String
    /// The numbers of records that wait and that were given up; nil if the spool can't be read.
    package let waiting: Int?
    package let failed: Int?
  }

  /// A secret or public key of the webhook.
  package struct KnownSecret: Encodable {
    /// The path in the file; nil for a secret that isn't in it: fetched, learned, or taken out.
    package let path: String?
    package let name: String
    package let matches: Int
    package let lastMatch: Date?
    package let notAfter: Date?
    package let expired: Bool
    /// Whether the secret's file doesn't exist yet.
    package var awaited = false
  }

  package let identifier: String
  package let name: String
  package let description: String
  package let state: String
  package let url: String?
  /// When it was made, as its file says; nil if it doesn't.
  package let created: Date?
  /// When its file was changed last.
  package let updated: Date?
  package let methods: [String]
  package let incoming: [String]
  package let logging: Bool
  /// What its senders do after a delivery that failed, one entry for each preset.
  package let retries: [RetriesPage]
  /// What is kept of its deliveries, in words; nil if nothing is.
  package let history: String?
  /// The advice to keep a history; nil if there isn't any need, or there is one.
  package let historyAdvice: String?
  package let preProcessors: [Check]
  package let postProcessors: [AfterTasks]
  package let secrets: [KnownSecret]
  package let lastDelivery: Date?
  /// The number of deliveries by outcome, since `countedSince` and over restarts.
  package let deliveries: [String: Int]
  package let countedSince: Date?
  package let lastRefusal: WebhookActivity.LastRejection?
  /// The moment since which only refusals came.
  package let refusedSince: Date?
  package let expectEvery: String?

  /// Gathers what is known of a webhook.
  ///
  /// - Parameters:
  ///   - webhook: the webhook.
  ///   - entry: the webhook's entry in the snapshot, which has its state.
  ///   - seen: the webhook's activity.
  ///   - updated: when its file was changed last.
  ///   - folder: the state directory, with the records of the post-processors.
  ///   - now: the moment that ages are counted to.
  package init(
    _ webhook: Webhook, _ entry: Snapshot.Entry, seen: WebhookActivity, updated: Date?,
    state folder: String, at now: Date
  ) {
    identifier = webhook.identifier.text
    name = webhook.name
    description = webhook.description
    state = entry.word
    url = webhook.publicURL
    created = webhook.created
    self.updated = updated
    methods = webhook.methods
    incoming = webhook.incoming.map(\.identifier.text)
    logging = webhook.isLogging
    retries = webhook.senders.map(RetriesPage.init)
    history = webhook.history.map(\.words)
    historyAdvice = webhook.historyAdvice
    preProcessors = webhook.checks.map {
      Check(type: $0.type, sender: $0.sender, words: $0.words, observed: $0.isObserved)
    }
    postProcessors = webhook.postProcessors.map { one in
      AfterTasks(one, of: webhook.identifier, state: folder)
    }
    let named = webhook.secrets.map { secret in
      let match = seen.secrets[secret.name]
      return KnownSecret(
        path: secret.path, name: secret.name, matches: match?.count ?? 0, lastMatch: match?.last,
        notAfter: secret.notAfter, expired: secret.notAfter.map { $0 < now } ?? false,
        awaited: secret.isMissing)
    }
    lastDelivery = seen.lastDelivery
    deliveries = seen.counts
    countedSince = seen.since
    lastRefusal = seen.lastRefusal
    refusedSince = seen.refusedSince
    expectEvery = webhook.expectEvery.map(TimeSpan.text)
    let known = Set(named.map(\.name))
    let others = seen.secrets.filter { !known.contains($0.key) }.sorted { $0.key < $1.key }
    secrets =
      named
      + others.map { name, match in
        KnownSecret(
          path: nil, name: name, matches: match.count, lastMatch: match.last, notAfter: nil,
          expired: false)
      }
  }

  package var text: String {
    var lines = ["\(name) (\(identifier))"]
    if !description.isEmpty { lines.append(description) }
    lines += [
      "", "State: \(state)",
      "URL: \(url ?? "unknown, since base_url is not set")",
      "Methods: \(methods.joined(separator: ", "))",
      "Incoming: \(incoming.joined(separator: ", "))",
      "Created: \(created.map(\.localTime) ?? "unknown")",
      "Updated: \(updated.map(\.localTime) ?? "unknown")",
      "Logging: \(logging ? "every delivery" : "refused deliveries")",
      "History: \(history ?? "none.\(historyAdvice.map { " \($0)" } ?? "")")", "",
      preProcessors.isEmpty ? "Pre-processors: none, so anyone may send" : "Pre-processors:",
    ]
    for (place, check) in preProcessors.enumerated() {
      let kind = check.type + (check.sender.map { " \($0)" } ?? "")
      lines.append(
        "  \(place + 1). \(kind)\(check.observed ? ", only observed" : ""): \(check.words)")
    }
    lines += retries.map { "Retries of \($0.sender): \($0.words)" }
    if !postProcessors.isEmpty {
      lines += ["", "Post-processors:"] + postProcessors.map { "  \($0.text)" }
    }
    lines += ["", "Deliveries:"] + activity.map { "  \($0)" }
    if !secrets.isEmpty { lines += ["", "Secrets:"] + secrets.map { "  \($0.text)" } }
    return lines.joined(separator: "\n")
  }

  package var activity: [String] {
    let counts = DeliveryOutcome.allCases.compactMap { outcome in
      deliveries[outcome.word].map { "\($0.grouped) \(outcome.word)" }
    }
    let since = countedSince.map { " since \($0.localTime)" } ?? ""
    let all = counts.isEmpty ? "none\(since)" : counts.joined(separator: ", ") + since
    let last = lastDelivery.map { "last \($0.localTime)" } ?? "never a verified delivery"
    let expected = expectEvery.map { ["one is expected every \($0)"] } ?? []
    let rejection = lastRefusal.map { rejection in
      let alone = refusedSince.map { "; only refusals since \($0.localTime)" } ?? ""
      return [
        "last refused \(rejection.time.localTime) by \(rejection.check), delivery \(rejection.delivery)\(alone)"
      ]
    }
    return [last, all] + expected + (rejection ?? [])
  }
}

extension WebhookPage.AfterTasks {
  package init(_ one: PostProcessor, of webhook: Identifier, state: String) {
    let spool = try? TaskSpool(path: "\(state)/\(one.spool(of: webhook))")
    func count(_ places: TaskState...) -> Int? {
      guard let spool else { return nil }
      return places.reduce(0) { $0 + ((try? spool.places(in: $1).count) ?? 0) }
    }
    self.init(
      name: one.name, words: one.words, waiting: count(.new, .cur, .retry), failed: count(.failed))
  }

  /// The post-processor in a line.
  package var text: String {
    let records =
      waiting.map { "\($0.grouped) waiting, \((failed ?? 0).grouped) given up" }
      ?? "its records can't be read"
    return "\(name): \(words) \(records)"
  }
}

extension WebhookPage.KnownSecret {
  /// The secret in a line.
  package var text: String {
    var parts = [lastMatch.map { "\(matches) matched, last \($0.localTime)" } ?? "never matched"]
    if let notAfter {
      parts.append((expired ? "EXPIRED " : "expires ") + notAfter.localTime)
    }
    if awaited { parts.append("NOT THERE YET") }
    parts.append(path ?? "not in the file")
    return "\(name): \(parts.joined(separator: "; "))"
  }
}
