import Administration
import ArgumentParser
import FoundationEssentials
import Glibc
import Webhooks

/// `levelwind webhook rename`: gives a webhook another identifier, and so another URL.
struct WebhookRenameCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename",
    abstract: "Gives a webhook another identifier, and therefore another URL.",
    discussion: """
      Its file moves, and so do the ids of accepted deliveries (replay), the history, \
      secrets that its sender brought along, records of post-processors and counters. The files of \
      its secrets keep their names. Existing tasks keep the old identifier.

      Asks first: the old URL is answered 404 from then on, until the sender calls the new one. To \
      change the name alone: levelwind webhook set IDENTIFIER name=NAME.
      """)

  @OptionGroup var target: WebhookTarget
  @Argument(help: "The new identifier.")
  var new: String
  @Flag(help: "Don't ask.")
  var yes = false

  func run() throws {
    let bytes = try target.bytes()
    let old = try Identifier.given(target.identifier)
    let new = try Identifier.given(new)
    let snapshot = try target.change.configuration.snapshot()
    let before = try target.webhook(in: snapshot)
    let path = "webhooks/\(new).yaml"
    guard !target.change.files.exists(path) else {
      throw ExitCode.because(1, "webhook \(new) is there already, and nothing was changed")
    }
    var text = ConfigurationText(bytes)
    text.renameInComments(old, to: new)
    var drafts = Drafts()
    drafts.set(target.path, to: nil)
    drafts.set(path, to: text.bytes)
    try target.change.change { (changes) throws(ChangeFailure) in
      try changes.validate(drafts, path)
    }
    guard yes || Terminal.confirms("Rename \(target.path) to \(path), and change its URL?") else {
      throw ExitCode.because(1, "nothing was changed; --yes renames it without asking")
    }
    try target.change.change { (changes) throws(ChangeFailure) in
      try changes.attempt { () throws(ConfigurationFiles.Failure) in
        try changes.files.create(path, text.bytes, like: target.path)
        try changes.files.remove(target.path)
      }
      return []
    }
    print("Renamed \(target.path) to \(path).")
    let after = try target.change.configuration.snapshot().webhooks[new]?.webhook
    tellURL(before, after)
    moveState(snapshot.settings.state, old, new)
    try target.change.reload(path)
  }

  private func tellURL(_ before: Webhook, _ after: Webhook?) {
    guard let url = after?.publicURL else { return }
    print("URL: \(url)")
    guard let old = before.publicURL, old != url else {
      return print(
        "Its public_url stays: make sure that the web server forwards it to the new path.")
    }
    let sender = before.checks.compactMap(\.sender).first.map { " (\($0))" } ?? ""
    print("Give it to the sender\(sender): \(old) is answered 404 from now on.")
  }

  /// Moves the webhook's folders in the state directory. A folder that can't be moved is reported,
  /// and nothing in it is lost.
  private func moveState(_ state: String, _ old: Identifier, _ new: Identifier) {
    guard access(state, F_OK) == 0 else { return }
    do {
      try StateOwner.become(of: state)
    } catch {
      return ExitCode.say("the webhook's data stays under \(old), in \(state)")
    }
    let records =
      (try? FileManager.default.contentsOfDirectory(atPath: "\(state)/postprocess")) ?? []
    let moves =
      ["replay", "history", "secrets"].map { ("\($0)/\(old)", "\($0)/\(new)") }
      + records.filter { $0.hasPrefix("\(old).") }.map {
        ("postprocess/\($0)", "postprocess/\(new)\($0.dropFirst(old.text.count))")
      }
    for (from, to) in moves {
      guard rename("\(state)/\(from)", "\(state)/\(to)") != 0, errno != ENOENT else { continue }
      let reason = errno == ENOTEMPTY || errno == EEXIST ? "of an earlier webhook there is" : ""
      ExitCode.say(
        "\(from) of \(state) stays: \(reason.isEmpty ? String(cString: strerror(errno)) : "\(reason) \(to)")"
      )
    }
    do {
      try Renames(state: state).note(old, isNow: new)
    } catch {
      ExitCode.say("its counters start at 0 again: \(error)")
    }
  }
}
