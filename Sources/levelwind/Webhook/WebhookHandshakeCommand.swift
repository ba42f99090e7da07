import ArgumentParser
import Bytes
import FoundationEssentials
import Glibc
import Webhooks

/// `levelwind webhook handshake`: waits for a secret that a sender brings along.
struct WebhookHandshakeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "handshake", abstract: "Waits for the secret that a sender brings along.",
    discussion: """
      Asana and Notion bring their secret with the first request. Within the time to wait, the \
      first such request that passes the webhook's other pre-processors is answered. Its secret is \
      kept in the state directory and used from then on. It is shown here once, since some senders \
      ask for it. Without this command, such a request is refused (503).

      The request itself is not verified. If the sender has fixed addresses, give the webhook the \
      pre-processor addresses. If the sender was refused, someone else was faster: end that secret \
      with levelwind webhook secret retire. Exit 1 if no secret came.
      """)

  @Argument(help: "The webhook's identifier.", completion: .webhooks)
  var identifier: String
  @OptionGroup var configuration: ConfigurationOptions
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("How long to wait: 90s, 10m, 1h.", valueName: "time"),
    transform: { text in
      guard let span = HandshakeDoor.span(text), (.seconds(1)...(.seconds(86400))).contains(span)
      else { throw ValidationError("expected a time from 1s to 24h such as 10m") }
      return span
    })
  var time: Duration = .seconds(600)

  func run() throws {
    let snapshot = try configuration.snapshot()
    let name = try Identifier.given(identifier)
    guard let entry = snapshot.webhooks[name] else { throw snapshot.missing(identifier) }
    guard case .ready(let webhook) = entry else {
      throw ExitCode.because(1, "webhook \(identifier) accepts no deliveries: it is \(entry.word)")
    }
    guard webhook.isTaught else {
      throw ExitCode.because(1, "the sender of webhook \(identifier) brings no secret along")
    }
    let state = snapshot.settings.state
    try StateOwner.become(of: state)
    let before = Set(LearnedSecret.all(of: identifier, state: state).keys)
    let end = Date(timeIntervalSinceNow: time / .seconds(1))
    let door = HandshakeDoor(of: name, state: state)
    try door.open(until: end)
    defer { door.close() }
    Output.write(
      "waiting for the handshake at \(webhook.publicURL ?? identifier)\n", to: STDERR_FILENO)
    while Date() < end {
      let now = LearnedSecret.all(of: identifier, state: state)
      let new = now.filter { !before.contains($0.key) }.sorted { $0.key < $1.key }
      guard new.isEmpty else { return say(new) }
      usleep(100_000)
    }
    throw ExitCode.because(1, "no handshake came in time")
  }

  /// Prints the secrets. Their bytes come from a sender that isn't verified, so they are made safe.
  private func say(_ learned: [(key: String, value: LearnedSecret)]) {
    for (name, secret) in learned {
      let text = String(decoding: secret.value, as: UTF8.self)
      print("learned \(name): \(SafeText.text(text, limit: 8192))")
    }
    guard learned.count > 1 else { return }
    ExitCode.say(
      "\(learned.count) secrets came, and all of them are accepted now. Find out which one is the "
        + "sender's, and end the others with levelwind webhook secret retire \(identifier) NAME "
        + "--remove")
  }
}
