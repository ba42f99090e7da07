import ArgumentParser
import Webhooks

/// `levelwind webhook duplicate`: another webhook like one.
struct WebhookDuplicate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "duplicate",
    abstract: "Makes another webhook with the file of one, under a new name.",
    discussion: """
      Everything but `name` stays as it is, comments too. The copy shares the secrets of the \
      first; levelwind webhook secret add gives it one of its own.
      """)

  @OptionGroup var target: WebhookTarget
  @Option(help: "What people call the new one. By default the first one's name and \"copy\".")
  var name: String?

  func run() throws {
    let old = try target.bytes()
    let snapshot = try target.change.configuration.snapshot(readsSecrets: false)
    let first = try target.webhook(in: snapshot)
    let name = self.name ?? "\(first.name) copy"
    let files = target.change.files
    guard let identifier = Identifier(name: name, taken: { files.exists("webhooks/\($0).yaml") })
    else {
      throw ExitCode.because(64, "\"\(name)\" has no letters that an identifier could be made of")
    }
    let new = try target.edit(old) { (text) throws(UneditableText) in try text.setName(name) }
    let path = "webhooks/\(identifier).yaml"
    var drafts = Drafts()
    drafts.set(path, to: new)
    try target.change.validate(drafts, path)
    try target.change.change { (files) throws(ConfigurationFiles.Failure) in
      try files.create(path, new, like: target.path)
    }
    print("Made \(path).")
    let after = try target.change.configuration.snapshot(readsSecrets: false)
    if let url = after.webhooks[identifier]?.webhook?.publicURL { print("URL: \(url)") }
    let shared = first.secrets.map(\.name)
    if !shared.isEmpty { print("It shares these secrets: \(shared.joined(separator: ", ")).") }
    try target.change.reload(path)
  }
}
