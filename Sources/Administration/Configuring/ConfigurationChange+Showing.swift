import AdministrationMessages
import FoundationEssentials
import Verification
import Webhooks

extension ConfigurationChange {
  /// Shows a file as it is.
  func shown(_ file: ConfiguredFile) throws(ChangeRefusal) -> FileShown {
    shown(try seen(file, isChange: false))
  }

  /// Shows a file with its secrets masked, and what can be done with it.
  func shown(_ seen: Seen) -> FileShown {
    let masked = MaskedConfiguration(seen.bytes)
    let loading = changes.loading()
    let snapshot = loading.snapshot
    var shown = FileShown(seen.file)
    shown.name = seen.file.identifier
    shown.text = masked.text.replacing("\r\n", with: "\n")
    shown.isMasked = masked.isMasked
    shown.guarded = GuardedKeys(in: seen.bytes).places
    shown.problems = loading.problems(about: seen.path).map(ProblemShown.init)
    switch seen.file.kind {
    case .incoming:
      if let incoming = snapshot?.incoming[seen.identifier] { shown.name = incoming.name }
    case .webhook:
      guard let webhook = snapshot?.webhooks[seen.identifier]?.webhook else { break }
      shown.name = webhook.name
      shown.isDisabled = webhook.isDisabled
      shown.secretsAlone = snapshot?.secretsOfOnly(seen.file.identifier) ?? []
      let lists = Set(webhook.secrets.map(\.path)).sorted()
      shown.lists = lists.compactMap { path in
        (try? SecretList(of: webhook, at: path)).map(SecretListShown.init)
      }
    }
    return shown
  }
}

extension ConfigurationChange {
  /// Makes the archive of a webhook, without secrets.
  func exported(_ file: ConfiguredFile) throws(ChangeRefusal) -> Data {
    let seen = try seen(file, isChange: false)
    return try refusing { () throws(ChangeFailure) in
      Data(
        try ConfigurationExport(of: [seen.identifier], in: changes, withSecrets: false)
          .archive(sealing: nil))
    }
  }

  /// What a new webhook can be made with.
  ///
  /// - Parameters:
  ///   - check: what its senders have to prove; nil if that isn't known yet.
  ///   - sender: the name of the preset.
  /// - Returns: the presets, and the fields of the check.
  /// - Throws: if the configuration can't be loaded.
  func choices(
    _ check: NewWebhookAsked.Check?, sender: String
  ) throws(ChangeRefusal) -> ChoicesShown {
    var shown = ChoicesShown()
    shown.fields = check.map { fields(of: $0, sender) } ?? []
    shown.senders = Sender.all.map { sender in
      var choice = SenderChoice()
      choice.name = sender.name
      choice.title = sender.title
      choice.takesOurs = sender.takesOurSecret
      choice.secretPlace = sender.secretPlace
      return choice
    }.sorted { $0.title.lowercased() < $1.title.lowercased() }
    shown.incoming = try snapshot().incoming.keys.map(\.text).sorted()
    return shown
  }

  /// The keys of a check that are asked for: all but its secrets, which have a field of their own,
  /// and the name of the preset, which is chosen before.
  private func fields(of check: NewWebhookAsked.Check, _ sender: String) -> [FieldShown] {
    let types: [NewWebhookAsked.Check: String] = [
      .sender: "sender", .hmac: "signature", .header: "header", .query: "query_token",
      .basic: "basic_auth",
    ]
    let form = types[check].flatMap { OptionForm(.preProcessor, type: $0, sender: sender) }
    let usual: [NewWebhookAsked.Check: [String: String]] = [
      .hmac: ["header": "X-Signature"], .header: ["name": "X-Webhook-Secret"],
      .query: ["parameter": "token"],
    ]
    return (form?.fields ?? []).filter { field in
      !["sender", "secrets", "verify_tokens", "observe"].contains(field.key)
        && !GuardedKeys.guards(field.key)
    }.map { field in
      var shown = FieldShown(field, nil, isGuarded: false)
      shown.value = usual[check]?[field.key] ?? ""
      return shown
    }
  }
}

extension SecretListShown {
  init(_ list: SecretList) {
    self.init()
    path = list.path
    names = list.secrets.map(\.name)
    awaited = list.awaited ?? ""
    takesOurs = list.takesOurs
    place = list.kind.sender.map { "\($0.title): \($0.secretPlace)" } ?? ""
  }
}
