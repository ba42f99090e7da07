import AdministrationMessages
import FoundationEssentials
import Spooling
import Verification
import Webhooks

extension ConfigurationChange {
  func setDisabled(
    _ isDisabled: Bool, _ file: ConfiguredFile
  ) throws(ChangeRefusal) -> ChangeDone {
    guard file.kind == .webhook else {
      throw ChangeRefusal(.failed("only webhooks are enabled and disabled"))
    }
    let seen = try seen(file)
    let warnings = try refusing { () throws(ChangeFailure) in
      try changes.setDisabled(isDisabled, in: seen.path, seen.bytes)
    }
    return done(file, warnings, since: seen)
  }

  func save(_ file: ConfiguredFile, _ text: [UInt8]) throws(ChangeRefusal) -> ChangeDone {
    let seen = try seen(file)
    let way = "\(file.command) edit \(file.identifier)"
    guard !MaskedConfiguration(seen.bytes).isMasked else {
      throw ChangeRefusal(
        .guarded(keys: GuardedKeys(in: seen.bytes).places, command: way))
    }
    // Browsers send line ends as CR LF.
    let unix = text.filter { $0 != UInt8(ascii: "\r") }
    let new = seen.bytes.contains(UInt8(ascii: "\r")) ? text : unix
    try requireUnguarded(new, from: seen.bytes, way)
    let warnings = try refusing { () throws(ChangeFailure) in
      try changes.replace(seen.path, seen.bytes, with: new)
    }
    return done(file, warnings, since: seen)
  }

  func duplicate(_ file: ConfiguredFile, _ name: String) throws(ChangeRefusal) -> ChangeDone {
    guard file.kind == .webhook else {
      throw ChangeRefusal(.failed("only webhooks are duplicated"))
    }
    let seen = try seen(file)
    let way = "levelwind webhook duplicate \(file.identifier)"
    let first = try webhook(seen.identifier, in: try snapshot())
    let new = ConfiguredFile(.webhook, try free(name, "webhooks").text)
    let copy = try refusing { () throws(ChangeFailure) in
      try changes.copied(
        seen.bytes, of: seen.path, first, name: name, keepsHistory: true)
    }
    try requireUnguarded(copy, from: nil, way)
    let warnings = try refusing { () throws(ChangeFailure) in
      try changes.makeCopy(copy, at: new.path, like: seen.path)
    }
    var done = done(new, warnings, since: seen)
    let shared = first.secrets.map(\.name).joined(separator: ", ")
    if !shared.isEmpty {
      done.instructions.append(.init("It shares these secrets: \(shared).", nil))
    }
    return done
  }

  /// Returns an identifier for a name that nothing has yet.
  func free(_ name: String, _ folder: String) throws(ChangeRefusal) -> Identifier {
    guard let made = Identifier(name: name) else {
      throw ChangeRefusal(
        .unusable(
          field: "name", words: "no identifier can be made of it: expected letters or digits"))
    }
    guard !changes.files.exists("\(folder)/\(made).yaml") else {
      throw ChangeRefusal(
        .unusable(field: "name", words: "\(made) is there already: expected another name"))
    }
    return made
  }

  func delete(_ file: ConfiguredFile, _ secrets: [String]) throws(ChangeRefusal) -> ChangeDone {
    let seen = try seen(file)
    let snapshot = try snapshot()
    var done = done(file)
    switch file.kind {
    case .incoming:
      try refusing { () throws(ChangeFailure) in
        try changes.requireUnused(seen.path, in: snapshot)
        try changes.deleteIncoming(seen.path)
      }
    case .webhook:
      let alone = snapshot.secretsOfOnly(file.identifier)
      guard secrets.allSatisfy({ alone.contains($0) }) else {
        throw ChangeRefusal(
          .failed("another webhook uses one of these secrets: \(secrets.joined(separator: ", "))"))
      }
      try refusing { () throws(ChangeFailure) in
        try changes.deleteWebhook(seen.path, secrets: secrets)
      }
    }
    done.file.version = ""
    return done
  }

  func createIncoming(
    _ name: String, _ description: String, _ filter: String
  ) throws(ChangeRefusal) -> ChangeDone {
    let identifier = try free(name, "incoming")
    var template = IncomingTemplate(identifier: identifier, name: name)
    template.description = description
    template.created = changes.now
    template.filter = filter.isEmpty ? nil : filter
    let warnings = try refusing { () throws(ChangeFailure) in try changes.create(template) }
    return done(ConfiguredFile(.incoming, identifier.text), warnings)
  }

  func add(
    _ value: ConfidentialText, to path: String, _ file: ConfiguredFile
  ) throws(ChangeRefusal) -> ChangeDone {
    let seen = try seen(file)
    let webhook = try webhook(seen.identifier, in: try snapshot())
    let list: SecretList
    do throws(SecretList.Unknown) {
      list = try SecretList(of: webhook, at: path.isEmpty ? nil : path)
    } catch {
      throw ChangeRefusal(
        .unusable(field: "list", words: "expected one of the webhook's lists of secrets"))
    }
    let given = Array(value.revealed.utf8)
    if given.isEmpty, !list.takesOurs {
      throw ChangeRefusal(
        .unusable(field: "secret", words: "expected the secret that the sender has issued"))
    }
    let secret = given.isEmpty ? list.made() : given
    let (added, isFurther, warnings) = try refusing { () throws(ChangeFailure) in
      try changes.add(secret: secret, to: list, in: seen.path, seen.bytes)
    }
    var done = done(file, warnings, since: seen)
    let sender = list.kind.sender.map { " to \($0.title): \($0.secretPlace)" } ?? " to the sender"
    if given.isEmpty {
      done.instructions.append(
        .init(
          "Give it\(sender).", ConfidentialText(String(decoding: secret, as: UTF8.self))))
    }
    let others = list.secrets.map(\.name).joined(separator: ", ")
    done.instructions.append(
      .init(
        isFurther
          ? "Its name is \(added). Valid beside it: \(others). End the old one when it no longer "
            + "matches."
          : "Its name is \(added).", nil))
    return done
  }

  func retire(
    _ name: String, isRemoved: Bool, _ file: ConfiguredFile
  ) throws(ChangeRefusal) -> ChangeDone {
    let seen = try seen(file)
    let webhook = try webhook(seen.identifier, in: try snapshot())
    guard let secret = webhook.secrets.first(where: { $0.name == name }) else {
      throw ChangeRefusal(.missing("the file names no secret \(name)"))
    }
    guard webhook.hasOther(than: secret, at: changes.now) else {
      throw ChangeRefusal(
        .failed("\(name) is the only secret in use: give the webhook another one first"))
    }
    let warnings = try refusing { () throws(ChangeFailure) in
      try changes.retire(
        secret, at: isRemoved ? nil : changes.now, in: seen.path, seen.bytes)
    }
    return done(file, warnings, since: seen)
  }
}
