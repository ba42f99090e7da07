import Administration
import ArgumentParser
import FoundationEssentials
import Verification
import Webhooks

/// `levelwind webhook secret retire`: ends the validity of a secret.
struct WebhookSecretRetireCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retire", abstract: "Ends a secret of a webhook, on evidence.",
    discussion: """
      Says how often the secret matched, and when last. If that was within seven days, or after \
      another secret was first used, the command asks, or needs --yes: a sender that still signs \
      with it is refused afterwards. The last secret in use is never retired. By default the \
      secret gets a not_after of now, which can be removed again. --remove takes it out of the \
      file. A secret that the sender brought along in a handshake is in none of your files, and \
      ends in the same way, even if it is the last one. Then the webhook refuses everything until \
      levelwind webhook handshake accepts another.
      """)

  @OptionGroup var target: WebhookTarget
  @Argument(help: "The secret's name, from levelwind webhook secret list.")
  var name: String
  @Option(
    help: ArgumentHelp("The moment it ends: RFC 3339. By default now.", valueName: "time"),
    transform: { text in
      guard let moment = RFC3339.moment(Array(text.utf8)) else {
        throw ValidationError("expected a time such as 2026-12-24T18:00:00+01:00")
      }
      return moment
    })
  var at: Date?
  @Flag(
    help: ArgumentHelp(
      "Remove it from the webhook's file; its own file in secrets/ stays. A secret of a handshake "
        + "is deleted."))
  var remove = false
  @Flag(help: "Don't ask, whatever the evidence.")
  var yes = false

  func validate() throws {
    if remove, at != nil { throw ValidationError("--remove can't be combined with --at") }
  }

  func run() throws {
    let old = try target.bytes()
    let snapshot = try target.change.configuration.snapshot()
    let webhook = try target.webhook(in: snapshot)
    let learned = LearnedSecret.all(of: target.identifier, state: snapshot.settings.state)
    if learned[name] != nil { return try retire(learned: learned, webhook, snapshot) }
    guard let secret = webhook.secrets.first(where: { $0.name == name }) else {
      let known = (webhook.secrets.map(\.name) + learned.keys.sorted()).joined(separator: ", ")
      throw ExitCode.because(
        1, "there is no secret \(name), only \(known.isEmpty ? "none" : known)")
    }
    let now = Date()
    guard webhook.hasOther(than: secret, at: now) else {
      throw ExitCode.because(
        1,
        "\(name) is the only secret in use; first: levelwind webhook secret add \(target.identifier)"
      )
    }
    let hasEnded = secret.notAfter.map { $0 <= now } ?? false
    if !hasEnded { try weigh(snapshot, now) }
    let moment = at ?? now
    try target.change.change { (changes) throws(ChangeFailure) in
      try changes.retire(secret, at: remove ? nil : moment, in: target.path, old)
    }
    print(remove ? "\(name) is removed from the file." : "\(name) ends at \(text(moment)).")
    if remove, let file = secret.fileName, snapshot.secretsOfOnly(target.identifier).contains(file)
    {
      print("Nothing uses secrets/\(file) any more: you can delete it.")
    }
    try target.change.reload(target.path)
  }

  /// Retires a secret that the sender brought along. Its file is in the state directory and belongs
  /// to the responder.
  private func retire(
    learned: [String: LearnedSecret], _ webhook: Webhook, _ snapshot: Snapshot
  ) throws {
    let now = Date()
    let others =
      learned.filter { $0.key != name }.map(\.value.notAfter)
      + webhook.secrets.filter { !$0.isMissing }.map(\.notAfter)
    try weigh(snapshot, now)
    let isLast = others.allSatisfy { $0.map { $0 <= now } ?? false }
    let question =
      "It is the only secret in use. All deliveries are refused until levelwind webhook handshake "
      + "\(target.identifier) accepts another. End it?"
    guard !isLast || yes || Terminal.confirms(question) else {
      throw ExitCode.because(
        1, "nothing was changed: \(name) is the only secret in use; --yes ends it anyway")
    }
    let state = snapshot.settings.state
    try StateOwner.become(of: state)
    let moment = at ?? now
    try LearnedSecret.end(
      name, of: target.identifier, state: state, at: remove ? nil : moment)
    print(remove ? "\(name) is deleted." : "\(name) ends at \(text(moment)).")
    try target.change.reload(target.path)
  }

  private func text(_ moment: Date) -> String {
    Terminal.time(moment, utc: moment.ISO8601Format())
  }

  /// Prints when the secret was last used, and asks if that is recent.
  ///
  /// - Throws: exit code 1 if the administrator does not confirm.
  private func weigh(_ snapshot: Snapshot, _ now: Date) throws {
    let state = snapshot.settings.state
    let evidence = SecretEvidence(of: name, webhook: target.identifier, state: state)
    switch evidence {
    case .unknown:
      return print("How often it matched is unknown: no responder has run on \(state).")
    case .neverMatched: return print("\(name) never matched.")
    case .matched(let match):
      print(
        "\(name) matched \(match.count) time\(match.count == 1 ? "" : "s"), last at \(text(match.last))."
      )
    }
    let isEnding = remove || (at ?? now) <= now
    guard isEnding, evidence.isRecent(at: now), !yes else { return }
    guard Terminal.confirms("It was used within seven days: has the sender stopped using it?")
    else {
      throw ExitCode.because(
        1, "nothing was changed: \(name) was used within seven days; --yes ends it anyway")
    }
  }
}
