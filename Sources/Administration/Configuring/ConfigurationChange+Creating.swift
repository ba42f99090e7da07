import AdministrationMessages
import FoundationEssentials
import Verification
import Webhooks

extension ConfigurationChange {
  /// Makes a webhook with its secret. What can't be used is told at its field.
  func create(_ asked: NewWebhookAsked) throws(ChangeRefusal) -> ChangeDone {
    var choices = try choices(asked.check, sender: asked.sender)
    do throws(ChangeRefusal) {
      let settings = try settings(of: asked, &choices)
      return try create(asked, try check(asked, settings))
    } catch {
      switch error.content {
      case .unusable(let field, let words): choices.problems = [ProblemShown(field, words)]
      case .invalid(let problems):
        choices.problems = choices.fields.take(problems.filter(\.isError)) {
          "pre_processors[0].\($0)"
        }
      case .unusableChoices: break
      default: throw error
      }
      for index in choices.fields.indices {
        let key = choices.fields[index].key
        guard let typed = asked.fields.first(where: { $0.key == key }) else { continue }
        choices.fields[index].value = typed.value
      }
      throw ChangeRefusal(.unusableChoices(choices))
    }
  }

  /// Returns the keys of the check with their values in YAML.
  private func settings(
    of asked: NewWebhookAsked, _ choices: inout ChoicesShown
  ) throws(ChangeRefusal) -> [(key: String, value: String)] {
    var text = ConfigurationText([])
    // The usual values are only proposed: nothing is in the file yet.
    for index in choices.fields.indices { choices.fields[index].value = "" }
    let values = Dictionary(asked.fields.map { ($0.key, $0.value) }) { first, _ in first }
    choices.fields.apply(values, below: "", to: &text)
    let guarded = GuardedKeys(in: text.bytes).places
    _ = choices.fields.take(
      guarded.map { key in
        ProblemShown(key, "no page adds this, since it reaches beyond the configuration")
      },
      at: { $0 })
    guard choices.fields.allSatisfy(\.problems.isEmpty) else {
      throw ChangeRefusal(.unusableChoices(choices))
    }
    return text.keys.map { ($0, text.value(at: $0)?.flow ?? "") }
  }

  private func create(
    _ asked: NewWebhookAsked, _ check: WebhookTemplate.Check
  ) throws(ChangeRefusal) -> ChangeDone {
    guard !asked.name.isEmpty else {
      throw ChangeRefusal(.unusable(field: "name", words: "expected a name"))
    }
    let identifier: Identifier
    if asked.identifier.isEmpty {
      identifier = try free(asked.name, "webhooks")
    } else {
      identifier = try given(asked.identifier, "identifier")
      guard !changes.files.exists("webhooks/\(identifier).yaml") else {
        throw ChangeRefusal(
          .unusable(field: "identifier", words: "\(identifier) is there already"))
      }
    }
    var new = NewWebhook(
      identifier: identifier, name: asked.name, incoming: try given(asked.incoming, "incoming"),
      check: check)
    new.description = asked.description
    new.isDisabled = asked.isDisabled
    for other in asked.additional { new.additional.append(try given(other, "additional")) }
    new.isLogging = asked.isLogging
    new.keepsHistory = asked.keepsHistory
    for wanted in [new.incoming] + new.additional
    where !changes.files.exists("incoming/\(wanted).yaml") && !new.newIncoming.contains(wanted) {
      guard asked.makesIncoming else {
        throw ChangeRefusal(
          .unusable(
            field: "incoming",
            words: "there is no incoming configuration \(wanted): choose one, or make it"))
      }
      new.newIncoming.append(wanted)
    }
    let secrets = try secrets(of: new, asked)
    let (_, warnings) = try refusing { () throws(ChangeFailure) in
      try changes.create(new, secrets)
    }
    var done = done(ConfiguredFile(.webhook, identifier.text), warnings)
    done.instructions = secrets.instructions.map { one in
      .init(one.words, one.secret.map { ConfidentialText($0) })
    }
    return done
  }

  private func given(
    _ text: String, _ field: String
  ) throws(ChangeRefusal) -> Identifier {
    guard let identifier = Identifier(text) else {
      throw ChangeRefusal(
        .unusable(field: field, words: "expected an identifier: a-z, 0-9 and inner hyphens"))
    }
    return identifier
  }

  private func check(
    _ asked: NewWebhookAsked, _ settings: [(key: String, value: String)]
  ) throws(ChangeRefusal) -> WebhookTemplate.Check {
    func place(_ key: String) -> String {
      asked.fields.first { $0.key == key }?.value ?? ""
    }
    switch asked.check {
    case .none: return .open
    case .basic: return .basicAuth
    case .header:
      return .kind(
        "header", settings: settings, words: "The sender sends it as header \(place("name")).")
    case .query:
      return .kind(
        "query_token", settings: settings,
        words: "The sender appends ?\(place("parameter"))=… to the URL.")
    case .hmac:
      return .kind(
        "signature", settings: settings,
        words: "The sender signs with it, in header \(place("header")).")
    case .sender:
      guard let sender = Sender.named(asked.sender) else {
        throw ChangeRefusal(.unusable(field: "sender", words: "expected a sender of the list"))
      }
      return .sender(sender, settings: settings)
    }
  }

  private func secrets(
    of new: NewWebhook, _ asked: NewWebhookAsked
  ) throws(ChangeRefusal) -> NewSecrets {
    let given = Array(asked.secret.revealed.utf8)
    if asked.origin == .given, given.isEmpty {
      throw ChangeRefusal(
        .unusable(field: "secret", words: "expected the secret that the sender has issued"))
    }
    do {
      return try NewSecrets(for: new.identifier, check: new.check, files: changes.files) { _ in
        asked.origin == .given ? given : nil
      }
    } catch {
      throw ChangeRefusal(.failed("\(error)"))
    }
  }
}
