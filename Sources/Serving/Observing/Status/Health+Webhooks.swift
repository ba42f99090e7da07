import FoundationEssentials
import Webhooks

extension Health {
  /// Finds webhooks that are silent, whose senders are refused, or that are about to refuse
  /// everything.
  func webhooks(_ status: StatusFile, at now: Date) -> [Finding] {
    status.configured.sorted { $0.key < $1.key }.flatMap { identifier, webhook -> [Finding] in
      if webhook.state == "disabled" { return [] }
      let seen = status.webhooks[identifier] ?? WebhookActivity()
      return [
        waiting(identifier, webhook, seen, at: now) ?? refused(identifier, webhook, seen, at: now),
        misaligned(identifier, webhook, seen), unwanted(identifier, webhook, seen),
        silent(identifier, webhook, seen, at: now),
      ].compactMap { $0 } + secrets(identifier, webhook, seen, at: now)
    }
  }

  private func refused(
    _ identifier: String, _ webhook: LoadedWebhook, _ seen: WebhookActivity, at now: Date
  ) -> Finding? {
    guard let since = seen.unavailableSince else { return nil }
    let age = Duration.seconds(now.timeIntervalSince(since))
    let check = seen.lastRefusal.map { ", lastly by \($0.check)" } ?? ""
    return limits.refused.level(age).map { level in
      Finding(
        level, .sender, of: identifier,
        "webhook \(identifier)\(called(webhook, identifier)): its sender has been refused with 503 for "
          + "\(age.words)\(check)",
        remedy: .askRefusals(of: identifier))
    }
  }

  private func waiting(
    _ identifier: String, _ webhook: LoadedWebhook, _ seen: WebhookActivity, at now: Date
  ) -> Finding? {
    guard webhook.state == "waiting" else { return nil }
    let refused = refused(identifier, webhook, seen, at: now)
    let since = seen.unavailableSince.map { ", to every delivery since \($0.localTime)" } ?? ""
    return Finding(
      refused?.level ?? .warning, .secret, of: identifier,
      "webhook \(identifier)\(called(webhook, identifier)) waits for its secret and answers "
        + "503\(since)",
      remedy: .giveSecret(to: identifier))
  }

  /// Finds a sender whose clock differs from ours by the same each time.
  private func misaligned(
    _ identifier: String, _ webhook: LoadedWebhook, _ seen: WebhookActivity
  ) -> Finding? {
    guard let clock = seen.clock, clock.count >= limits.clock else { return nil }
    let difference = "\(clock.seconds.magnitude) s \(clock.seconds < 0 ? "behind" : "ahead of")"
    return Finding(
      .warning, .clock, of: identifier,
      "webhook \(identifier)\(called(webhook, identifier)): \(clock.count.grouped) deliveries were refused, "
        + "each with a timestamp \(difference) this machine's clock: is the clock right?",
      remedy: .askClock(of: identifier))
  }

  /// Finds a webhook whose last deliveries no filter wanted, too many in a row for chance.
  private func unwanted(
    _ identifier: String, _ webhook: LoadedWebhook, _ seen: WebhookActivity
  ) -> Finding? {
    guard let unwanted = seen.unwanted, unwanted.count >= limits.unwanted(seen) else { return nil }
    let count = unwanted.count.counted("delivery", "deliveries")
    let before =
      seen.count(of: .accepted) == 0 ? "none was ever wanted" : "earlier ones were wanted"
    return Finding(
      .warning, .unwanted, of: identifier,
      "webhook \(identifier)\(called(webhook, identifier)): no filter wanted any of its last \(count), since "
        + "\(unwanted.since.localTime); \(before)",
      remedy: .askFilters(of: identifier, webhook.incoming))
  }

  private func silent(
    _ identifier: String, _ webhook: LoadedWebhook, _ seen: WebhookActivity, at now: Date
  ) -> Finding? {
    guard let every = webhook.expectEvery, let since = seen.quietSince else { return nil }
    let age = now.timeIntervalSince(since)
    guard age >= every else { return nil }
    let last = seen.lastDelivery.map { "last \($0.localTime)" } ?? "never"
    let limit = TimeSpan.text(.milliseconds(Int(every * 1000)))
    return Finding(
      .warning, .silence, of: identifier,
      "webhook \(identifier)\(called(webhook, identifier)): no delivery for "
        + "\(Duration.seconds(age).words) (\(last)), expected every \(limit)",
      remedy: .askSender(of: identifier))
  }

  /// Finds lists whose secrets expire. Two secrets of a list overlap during a rotation, so the one
  /// that lasts longest counts.
  private func secrets(
    _ identifier: String, _ webhook: LoadedWebhook, _ seen: WebhookActivity, at now: Date
  ) -> [Finding] {
    let lists = Dictionary(grouping: webhook.secrets, by: \.list)
    return lists.sorted { $0.key < $1.key }.flatMap { list, secrets -> [Finding] in
      let ends = secrets.map { $0.notAfter ?? .distantFuture }
      guard let end = ends.max() else { return [] }
      var remedy: Remedy { .addSecret(to: identifier, list) }
      if end <= now {
        let words = "webhook \(identifier): every secret of \(list) has expired"
        return [Finding(.critical, .secret, of: identifier, words, remedy: remedy)]
      }
      if end.timeIntervalSince(now) < limits.expires / .seconds(1) {
        let words = "webhook \(identifier): the last secret of \(list) expires \(end.localTime)"
        return [Finding(.warning, .secret, of: identifier, words, remedy: remedy)]
      }
      return secrets.compactMap { leaving($0, identifier, seen, at: now) }
    }
  }

  /// Finds a secret that has expired, or that expires soon and is still in use, while another of
  /// its list goes on.
  private func leaving(
    _ secret: LoadedWebhook.Secret, _ identifier: String, _ seen: WebhookActivity, at now: Date
  ) -> Finding? {
    guard let end = secret.notAfter else { return nil }
    if end <= now {
      return Finding(
        .warning, .secret, of: identifier,
        "webhook \(identifier): secret \(secret.name) expired \(end.localTime)",
        remedy: .removeSecret(secret.name, of: identifier))
    }
    guard end.timeIntervalSince(now) < limits.expires / .seconds(1),
      let match = seen.secrets[secret.name], now.timeIntervalSince(match.last) < 7 * 86_400
    else { return nil }
    return Finding(
      .warning, .secret, of: identifier,
      "webhook \(identifier): secret \(secret.name) expires \(end.localTime), and its sender "
        + "still uses it",
      remedy: .askSecrets(of: identifier))
  }

  private func called(_ webhook: LoadedWebhook, _ identifier: String) -> String {
    webhook.name == identifier ? "" : " (\(webhook.name))"
  }
}
