import AdministrationMessages

/// What a page does with a file of the configuration.
enum FileAction: String, Sendable, CaseIterable {
  case enable, disable, fields, remove, edit, duplicate, delete, export, secrets, retire

  /// Whether it has a page by itself, with a form or a file.
  var hasPage: Bool { ![.enable, .disable, .remove, .retire].contains(self) }

  /// Whether it is for incoming configurations, too.
  var isForIncoming: Bool { ![.enable, .disable, .duplicate, .secrets, .retire].contains(self) }
}

extension Route {
  /// Reads the places below `/new`, `/webhooks/ID` and `/incoming/ID`.
  static func configuration(_ parts: [String]) -> Route? {
    switch (parts[0], parts.count) {
    case ("new", 2): ConfiguredFile.Kind(rawValue: parts[1]).map { .new($0) }
    case ("webhooks", 3): FileAction(rawValue: parts[2]).map { .file(.webhook, parts[1], $0) }
    case ("incoming", 3):
      FileAction(rawValue: parts[2]).flatMap {
        $0.isForIncoming ? .file(.incoming, parts[1], $0) : nil
      }
    default: nil
    }
  }

  /// What a form asks for that is sent to one of these places.
  func configurationChange(_ fields: Fields) -> Change? {
    switch self {
    case .new(.webhook):
      Change(
        verb: .configure(.create(NewWebhookAsked(fields))), done: .created, next: .webhooks)
    case .new(.incoming):
      Change(
        verb: .configure(
          .createIncoming(
            name: fields["name"], description: fields["description"], filter: fields["filter"])),
        done: .created, next: .incomings)
    case .file(let kind, let identifier, let action):
      Self.change(
        action, ConfiguredFile(kind, identifier, version: fields["version"]), fields)
    default: nil
    }
  }

  private static func change(
    _ action: FileAction, _ file: ConfiguredFile, _ fields: Fields
  ) -> Change? {
    let place = Link.place(of: file)
    func change(_ verb: ConfigurationVerb, _ done: Done, _ next: Link) -> Change {
      Change(verb: .configure(verb), done: done, next: next)
    }
    switch action {
    case .enable: return change(.enable(file), .enabled, place)
    case .disable: return change(.disable(file), .disabled, place)
    case .fields:
      let part = PartAsked(fields["part"], type: fields["type"])
      let typed = fields.pairs(FieldForm.prefix).map { FieldAsked($0.name, $0.value) }
      return change(
        .saveFields(file, part, typed, makesSecret: fields["make-secret"] == "yes"), .saved,
        part.path.isEmpty ? place : .fields(file))
    case .remove:
      return change(.removeEntry(file, path: fields["part"]), .saved, .fields(file))
    case .edit: return change(.save(file, text: fields.exact("text")), .saved, place)
    case .duplicate:
      return change(.duplicate(file, name: fields["name"]), .created, .webhooks)
    case .delete:
      return change(
        .delete(file, secrets: fields.all("secret-")), .deleted,
        file.kind == .webhook ? .webhooks : .incomings)
    case .secrets:
      return change(
        .addSecret(
          file, list: fields["list"], value: ConfidentialText(fields.exact("secret"))),
        .saved, place)
    case .retire:
      let isRemoved = fields["removed"] == "yes"
      return change(
        .retireSecret(file, name: fields.exact("name"), isRemoved: isRemoved), .retired, place)
    case .export: return nil
    }
  }
}

extension Link {
  static func new(_ kind: ConfiguredFile.Kind, _ query: [(name: String, value: String)] = [])
    -> Link
  {
    Link(["new", kind.rawValue], query)
  }

  static func place(of file: ConfiguredFile) -> Link {
    switch file.kind {
    case .webhook: .webhook(file.identifier)
    case .incoming: .incoming(file.identifier)
    }
  }

  static func action(_ action: FileAction, _ file: ConfiguredFile) -> Link {
    place(of: file).below(action.rawValue)
  }
}

extension NewWebhookAsked {
  /// The fields of the form, or of the address that leads to it.
  init(_ fields: Fields) {
    self.init()
    name = fields["name"]
    identifier = fields["identifier"]
    description = fields["description"]
    isDisabled = fields["disabled"] == "yes"
    incoming = fields["incoming"]
    makesIncoming = fields["make-incoming"] == "yes"
    additional = fields["additional"].split { $0 == "," || $0 == " " }.map(String.init)
    isLogging = fields["logging"] == "yes"
    keepsHistory = fields["history"] == "yes"
    check = Check(rawValue: fields["check"]) ?? .sender
    sender = fields["sender"]
    self.fields = fields.pairs(FieldForm.prefix).map { FieldAsked($0.name, $0.value) }
    origin = Origin(rawValue: fields["origin"]) ?? .made
    secret = ConfidentialText(fields.exact("secret"))
  }
}
