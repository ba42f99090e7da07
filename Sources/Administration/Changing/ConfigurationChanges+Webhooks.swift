import FoundationEssentials
import Spooling
import Verification
import Webhooks

/// A webhook that is to be made.
package struct NewWebhook: Sendable {
  package var identifier: Identifier
  package var name: String
  package var incoming: Identifier
  package var check: WebhookTemplate.Check
  package var description = ""
  package var additional: [Identifier] = []
  package var isLogging = true
  package var keepsHistory = true
  package var isDisabled = false
  /// The header with the sender's own id of a delivery; nil to use the preset's.
  package var deliveryIDHeader: String?
  /// Whether a copy of an accepted delivery makes no task; nil if so where the preset knows ids.
  package var isReplayRefused: Bool?
  /// The incoming configurations that are made with it, without a filter.
  package var newIncoming: [Identifier] = []

  package init(
    identifier: Identifier, name: String, incoming: Identifier, check: WebhookTemplate.Check
  ) {
    self.identifier = identifier
    self.name = name
    self.incoming = incoming
    self.check = check
  }

  package var path: String { "webhooks/\(identifier).yaml" }

  fileprivate func template(_ secrets: NewSecrets, at now: Date) -> WebhookTemplate {
    var template = WebhookTemplate(
      identifier: identifier, name: name, incoming: incoming, check: check)
    template.description = description
    template.created = now
    template.additional = additional
    template.isLogging = isLogging
    template.keepsHistory = keepsHistory
    template.isDisabled = isDisabled
    template.secret = secrets.secret
    template.isPending = secrets.isPending
    template.verifyToken = secrets.verifyToken
    template.deliveryIDHeader = deliveryIDHeader
    var knowsID = false
    if case .sender(let sender, _) = check { knowsID = sender.delivery != nil }
    template.isReplayRefused = isReplayRefused ?? knowsID
    return template
  }
}

extension ConfigurationChanges {
  /// Makes a webhook with its secrets, and the incoming configurations that are new.
  ///
  /// - Returns: the paths of the new files, and the warnings.
  package func create(
    _ new: NewWebhook, _ secrets: NewSecrets
  ) throws(ChangeFailure) -> (files: [String], warnings: [Problem]) {
    var made = new.newIncoming.map { identifier -> NewFile in
      var template = IncomingTemplate(identifier: identifier, name: identifier.text)
      template.created = now
      return NewFile(
        path: "incoming/\(identifier).yaml", bytes: template.bytes, isSecret: false)
    }
    made += secrets.files.map {
      NewFile(path: "secrets/\($0.name)", bytes: $0.content, isSecret: true)
    }
    made.append(
      NewFile(path: new.path, bytes: new.template(secrets, at: now).bytes, isSecret: false))
    var drafts = Drafts()
    for file in made { drafts.set(file.path, to: file.bytes) }
    let warnings = try validate(drafts, new.path)
    try make(made)
    return (made.map(\.path), warnings)
  }

  /// Enables or disables a webhook, and changes nothing else in its file.
  ///
  /// - Parameters:
  ///   - isDisabled: whether it is disabled from then on.
  ///   - path: its file.
  ///   - old: the content of the file.
  /// - Returns: the warnings.
  /// - Throws: if the file can't be edited, or would have errors. Nothing was changed then.
  package func setDisabled(
    _ isDisabled: Bool, in path: String, _ old: [UInt8]
  ) throws(ChangeFailure) -> [Problem] {
    let new = try edited(old, of: path) { (text) throws(UneditableText) in
      try text.setDisabled(isDisabled)
    }
    return try replace(path, old, with: new)
  }

  /// Returns a copy's content: another name, the moment, and logging and a history where the
  /// original has none.
  package func copied(
    _ old: [UInt8], of path: String, _ first: Webhook, name: String, keepsHistory: Bool
  ) throws(ChangeFailure) -> [UInt8] {
    try edited(old, of: path) { (text) throws(UneditableText) in
      try text.setName(name)
      try text.setCreated(now)
      try text.addLogging()
      guard keepsHistory != (first.history != nil) else { return }
      if keepsHistory {
        try text.set("history", to: WebhookTemplate.history)
      } else {
        try text.unset("history")
      }
    }
  }

  /// Makes a copy of a file, with the mode and owner of the original.
  ///
  /// - Returns: the warnings.
  package func makeCopy(
    _ bytes: [UInt8], at path: String, like original: String
  ) throws(ChangeFailure) -> [Problem] {
    var drafts = Drafts()
    drafts.set(path, to: bytes)
    let warnings = try validate(drafts, path)
    try attempt { () throws(ConfigurationFiles.Failure) in
      try files.create(path, bytes, like: original)
    }
    return warnings
  }

  /// Removes a webhook's file, and these files of `secrets`. Its tasks stay.
  package func deleteWebhook(_ path: String, secrets: [String]) throws(ChangeFailure) {
    try attempt { () throws(ConfigurationFiles.Failure) in
      try files.remove(path)
      for file in secrets { try files.remove("secrets/\(file)") }
    }
  }
}

extension Snapshot {
  /// Returns the files of `secrets` that a webhook refers to and certainly no other does.
  package func secretsOfOnly(_ identifier: String) -> [String] {
    var others: Set<String> = []
    for (other, entry) in webhooks where other.text != identifier {
      // The references of a broken file aren't known.
      guard let webhook = entry.webhook else { return [] }
      others.formUnion(webhook.secrets.compactMap(\.fileName))
    }
    let own = Identifier(identifier).flatMap { webhooks[$0]?.webhook }?.secrets ?? []
    return own.filter { !$0.isMissing }.compactMap(\.fileName).filter { !others.contains($0) }
  }
}
