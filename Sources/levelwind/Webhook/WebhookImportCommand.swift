import Administration
import ArgumentParser
import Bytes
import Webhooks

/// `levelwind webhook import`: webhooks from another server.
struct WebhookImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Takes webhooks from an archive of levelwind webhook export: plans, asks, applies.",
    discussion: """
      Prints a plan first, a line for each file: new, the same, or changed, with the lines that \
      differ. After a yes all of it is written, or none, and the responder loads it. --plan only \
      prints the plan. A second import of the same archive changes nothing, and completes one that a \
      power cut ended.

        levelwind webhook import shop.tar --plan
        levelwind webhook import shop.tar

      A secret that isn't in the archive and not on this server is marked pending: deliveries are \
      answered 503 until levelwind webhook secret add NAME gives the webhook its own. The plan names \
      them. Secrets that are here already stay, unless the archive has others. Those in the archive \
      need its passphrase.

      `created` of a file stays what it is here. What reaches beyond the configuration, such as a \
      program that runs, is named in the plan; without a terminal it needs --allow-guarded.

      Exit 1 if nothing was changed because there was no yes, or the configuration would have errors.
      """)

  @Argument(help: "The archive; - is standard input.", completion: .file())
  var archive: String
  @Flag(help: "Only print the plan, and change nothing.")
  var plan = false
  @Flag(help: "Don't ask.")
  var yes = false
  @Flag(help: "With --yes, also take new values that reach beyond the configuration.")
  var allowGuarded = false
  @OptionGroup var passphrase: PassphraseOptions
  @OptionGroup var change: ChangeOptions

  func validate() throws {
    if archive == "-", passphrase.passphraseFile == "-" {
      throw ValidationError("standard input can't be the archive and the passphrase")
    }
  }

  func run() throws {
    let files = try read()
    var sealed: [Ustar.File] = []
    if let message = files.first(where: { $0.path == SealedFiles.name }) {
      let given = try passphrase.given()
      sealed = try trying { () throws(ChangeFailure) in
        try SealedFiles.open(message, with: given)
      }
    }
    let plan = try change.make { (changes) throws(ChangeFailure) in
      let plan = try changes.planImport(files, sealed: sealed)
      return (plan, plan.warnings)
    }
    show(plan)
    guard !plan.changed.isEmpty else { return print("Everything is there already.") }
    guard !self.plan else { return }
    try confirm(plan)
    try trying { () throws(ChangeFailure) in try change.changes.apply(plan) }
    let count = plan.changed.count
    print("Imported \(count == 1 ? "1 file" : "\(count) files").")
    for file in plan.changed where file.isNew && file.path.hasPrefix("incoming/") {
      for note in try IncomingSpoolStep(path: file.path, change: change).run() { print(note) }
    }
    print(try change.load(plan.changed.filter(\.isConfiguration).map(\.path)))
  }

  private func read() throws -> [Ustar.File] {
    let bytes: [UInt8]
    do throws(Input.Unreadable) {
      bytes = try Input.read(archive, most: Ustar.mostBytes + 1)
    } catch {
      throw ExitCode.because(1, "\(error)")
    }
    do throws(Ustar.Failure) {
      return try Ustar.files(of: bytes)
    } catch {
      throw ExitCode.because(1, "\(archive): \(error)")
    }
  }

  private func trying<Value>(_ work: () throws(ChangeFailure) -> Value) throws -> Value {
    do throws(ChangeFailure) {
      return try work()
    } catch {
      throw ExitCode.because(1, "\(error)\nnothing was changed")
    }
  }

  private func show(_ plan: ConfigurationImport) {
    for file in plan.files {
      let word = file.isSame ? "same" : file.isNew ? "new" : "changes"
      print("\(word.padded(to: 8)) \(file.path)")
      for line in file.differences { print("           \(SafeText.text(line, limit: 8192))") }
      for key in file.guarded {
        print("guarded  \(file.path): \(key) reaches beyond the configuration")
      }
    }
    for secret in plan.awaited { print("missing  \(secret)") }
  }

  private func confirm(_ plan: ConfigurationImport) throws {
    guard !yes else {
      let guarded = plan.files.filter { !$0.guarded.isEmpty }.map(\.path)
      guard guarded.isEmpty || allowGuarded else {
        throw ExitCode.because(
          1,
          "nothing was changed: \(guarded.joined(separator: ", ")) would reach beyond the "
            + "configuration, which --allow-guarded allows")
      }
      return
    }
    guard Terminal.confirms("Import this?") else {
      throw ExitCode.because(1, "nothing was changed; --yes imports it without asking")
    }
  }
}
