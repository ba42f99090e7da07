import AdministrationMessages
import FoundationEssentials
import Verification
import Webhooks

extension ConfigurationChange {
  /// Shows the form of a part of a file.
  func fields(_ file: ConfiguredFile, _ asked: PartAsked) throws(ChangeRefusal) -> FieldsShown {
    let seen = try seen(file, isChange: false)
    return try fields(of: seen, part(asked, file), asked)
  }

  private func part(_ asked: PartAsked, _ file: ConfiguredFile) throws(ChangeRefusal) -> FilePart {
    guard let part = FilePart(asked.path, of: file.kind) else {
      throw ChangeRefusal(.missing("\(file.what) \(file.identifier) has no such part"))
    }
    return part
  }

  private func fields(
    of seen: Seen, _ part: FilePart, _ asked: PartAsked
  ) throws(ChangeRefusal) -> FieldsShown {
    let masked = MaskedConfiguration(seen.bytes)
    let text = ConfigurationText(Array(masked.text.utf8))
    guard masked.isWhole, text.isReadable else {
      throw ChangeRefusal(
        .failed(
          "the file has a form that no fields can be made of: levelwind \(seen.file.kind.rawValue) "
            + "edit \(seen.identifier)"))
    }
    var shown = FieldsShown(seen.file, PartAsked(part.path))
    shown.name = seen.file.identifier
    if case .scalar(let name)? = text.value(at: "name") { shown.name = name }
    shown.isNew = !part.isThere(in: text)
    if let element = part.element, element.place > text.count(of: element.list) {
      throw ChangeRefusal(.missing("\(element.list) has no such place"))
    }
    if part.isWhole { shown.entries = FilePart.entries(of: seen.file.kind, in: text) }
    guard let (type, form) = part.form(in: text, type: asked.type) else {
      guard shown.isNew, asked.type.isEmpty else {
        throw ChangeRefusal(.missing("there is no kind \(asked.type)"))
      }
      shown.kinds = OptionForm.kinds(of: part.subject)
        .filter { !GuardedKeys.guards(type: $0.type) }
        .map { KindShown($0.type, $0.documentation) }
      return shown
    }
    shown.part.type = type
    shown.documentation = form.documentation
    shown.isGuarded = GuardedKeys.guards(type: type)
    shown.fields = form.fields.map { field in
      FieldShown(
        field, text.value(at: part.place(of: field.key)),
        isGuarded: shown.isGuarded || GuardedKeys.guards(field.key)
          || part.isWhole && field.key == "group")
    }
    shown.takesSecret =
      shown.isNew && part.subject == .preProcessor
      && form.fields.contains { $0.key == "secrets" }
    return shown
  }

  /// Sets the values that differ from those of the file, and leaves everything else as it is.
  func save(
    _ file: ConfiguredFile, _ asked: PartAsked, _ typed: [FieldAsked], makesSecret: Bool
  ) throws(ChangeRefusal) -> ChangeDone {
    let seen = try seen(file)
    let part = try part(asked, file)
    var shown = try fields(of: seen, part, asked)
    let way = "\(file.command) edit \(file.identifier)"
    guard !shown.isGuarded else {
      throw ChangeRefusal(.guarded(keys: [part.path], command: way))
    }
    let entry = Array("type: \(shown.part.type)\n".utf8)
    var text = ConfigurationText(shown.isNew ? entry : seen.bytes)
    let base = shown.isNew ? "" : part.path
    shown.apply(typed, below: base, to: &text)
    let secret = makesSecret && shown.takesSecret ? madeSecret(for: seen, &text, &shown) : nil
    guard !shown.hasProblems else { throw ChangeRefusal(.unusableFields(shown)) }
    if let list = part.element?.list, shown.isNew {
      text = try added(text.flow, to: list, seen)
    } else if shown.isNew {
      var whole = ConfigurationText(seen.bytes)
      try editing(way) { () throws(UneditableText) in
        try whole.set(part.path, toYAML: text.flow)
      }
      text = whole
    }
    let added = GuardedKeys(in: text.bytes).added(to: GuardedKeys(in: seen.bytes))
    shown.add(
      added.map { key in
        ProblemShown(
          key, "no page adds this, since it reaches beyond the configuration: \(way)")
      }, below: part)
    guard !shown.hasProblems else { throw ChangeRefusal(.unusableFields(shown)) }
    return try put(text.bytes, secret, of: seen, shown, part)
  }

  /// Puts the new text in place. Its problems are told at the fields.
  private func put(
    _ new: [UInt8], _ secret: MadeSecret?, of seen: Seen, _ shown: FieldsShown, _ part: FilePart
  ) throws(ChangeRefusal) -> ChangeDone {
    let warnings: [Problem]
    do throws(ChangeFailure) {
      if let file = secret?.file {
        warnings = try changes.replace(seen.path, seen.bytes, with: new, making: file)
      } else {
        warnings = try changes.replace(seen.path, seen.bytes, with: new)
      }
    } catch {
      guard case .invalid(let problems) = error else {
        return try refusing { () throws(ChangeFailure) in throw error }
      }
      var shown = shown
      shown.add(problems.filter { $0.severity == .error }.map(ProblemShown.init), below: part)
      throw ChangeRefusal(.unusableFields(shown))
    }
    var done = done(seen.file, warnings, since: seen)
    done.instructions = secret?.instructions ?? []
    return done
  }

  /// Removes an entry. The last pre-processor stays: a click must not open a webhook to everyone.
  func removeEntry(_ file: ConfiguredFile, _ path: String) throws(ChangeRefusal) -> ChangeDone {
    let seen = try seen(file)
    let part = try part(PartAsked(path), file)
    var text = ConfigurationText(seen.bytes)
    guard !part.isWhole, part.isThere(in: text) else {
      throw ChangeRefusal(.missing("\(file.what) \(file.identifier) has no \(path)"))
    }
    let way = "\(file.command) edit \(file.identifier)"
    if part.subject == .preProcessor, text.count(of: "pre_processors") == 1 {
      throw ChangeRefusal(
        .failed("\(path) is the only check of the sender, and without it anyone may send: \(way)"))
    }
    try editing(way) { () throws(UneditableText) in
      if let (list, place) = part.element {
        try text.remove(place, of: list)
      } else {
        try text.unset(path)
      }
    }
    let new = text.bytes
    let warnings = try refusing { () throws(ChangeFailure) in
      try changes.replace(seen.path, seen.bytes, with: new)
    }
    return done(file, warnings, since: seen)
  }

  private func added(
    _ flow: String, to list: String, _ seen: Seen
  ) throws(ChangeRefusal) -> ConfigurationText {
    var whole = ConfigurationText(seen.bytes)
    try editing("levelwind webhook edit \(seen.identifier)") { () throws(UneditableText) in
      try whole.append(flow, to: list)
    }
    return whole
  }

  private func editing(
    _ way: String, _ edit: () throws(UneditableText) -> Void
  ) throws(ChangeRefusal) {
    do throws(UneditableText) {
      try edit()
    } catch {
      throw ChangeRefusal(.failed("\(error): \(way)"))
    }
  }
}

/// A secret that is made together with an entry.
private struct MadeSecret {
  /// nil for one that the sender issues.
  let file: ConfigurationChanges.NewFile?
  let instructions: [ChangeDone.Instruction]
}

extension ConfigurationChange {
  /// Makes a secret for a new entry, and names it there; nil if the entry names secrets already.
  private func madeSecret(
    for seen: Seen, _ text: inout ConfigurationText, _ shown: inout FieldsShown
  ) -> MadeSecret? {
    guard text.value(at: "secrets") == nil else { return nil }
    var sender: Sender?
    if case .scalar(let name)? = text.value(at: "sender") { sender = Sender.named(name) }
    let name = NewSecrets.free(seen.identifier.text, in: changes.files)
    let isIssued = sender?.takesOurSecret == false
    do throws(UneditableText) {
      try text.set(
        "secrets", toYAML: "[{secret: \(name)\(isIssued ? ", pending: true" : "")}]")
    } catch {
      shown.problems.append(ProblemShown("secrets", error.reason))
      return nil
    }
    if isIssued {
      let words =
        "The secret comes from \(sender?.title ?? ""): add it on the page Secrets. Until then "
        + "deliveries are answered 503."
      return MadeSecret(file: nil, instructions: [.init(words, nil)])
    }
    let random = sender?.newSecret() ?? Secret.random()
    let value = shown.part.type == "basic_auth" ? Array("levelwind:".utf8) + random : random
    let place = sender.map { " to \($0.title): \($0.secretPlace)" } ?? " to the sender"
    return MadeSecret(
      file: ConfigurationChanges.NewFile(
        path: "secrets/\(name)", bytes: value + [0x0a], isSecret: true),
      instructions: [
        .init("Give it\(place).", ConfidentialText(String(decoding: value, as: UTF8.self)))
      ])
  }
}

extension ProblemShown {
  init(_ key: String, _ words: String) {
    self.init()
    self.key = key
    self.words = words
  }
}
