import AdministrationMessages
import FoundationEssentials
import Verification
import Webhooks

extension ConfigurationChange {
  /// Makes a webhook with its secret.
  func create(_ asked: NewWebhookAsked) throws(ChangeRefusal) -> ChangeDone {
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
    let check = try check(asked)
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

  private func check(_ asked: NewWebhookAsked) throws(ChangeRefusal) -> WebhookTemplate.Check {
    switch asked.check {
    case .none: return .open
    case .basic: return .basicAuth
    case .header: return .header(asked.place.isEmpty ? "X-Webhook-Secret" : asked.place)
    case .query: return .queryToken(asked.place.isEmpty ? "token" : asked.place)
    case .hmac:
      return .hmac(
        HMACSettings(
          header: asked.place.isEmpty ? "X-Signature" : asked.place, algorithm: "sha256",
          encoding: "hex", prefix: nil, message: nil, timestampHeader: nil, timestampUnit: "s"))
    case .sender:
      guard let sender = Sender.named(asked.place) else {
        throw ChangeRefusal(.unusable(field: "sender", words: "expected a sender of the list"))
      }
      return .sender(sender, settings: [])
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
