import ArgumentParser
import Webhooks

/// How a new webhook or incoming configuration gets its identifier, and what is said of it.
struct NamingOptions: ParsableArguments {
  @Option(
    name: .customLong("id"),
    help: ArgumentHelp(
      "Its identifier. By default it is made from the name.", valueName: "identifier"))
  var identifier: String?
  @Flag(help: "Leave one that is there already as it is, and exit 0: for scripts that run again.")
  var ifMissing = false
  @Flag(help: "Print one JSON object, a secret that was made in it.")
  var json = false

  /// - Parameters:
  ///   - what: `webhook`.
  ///   - folder: `webhooks`.
  /// - Returns: the identifier, and whether there is one of it already, which is to stay.
  func identifier(
    for name: String, of what: String, in folder: String, _ files: ConfigurationFiles
  ) throws -> (identifier: Identifier, isThere: Bool) {
    let found = try identifier.map(Identifier.given) ?? Identifier.made(from: name)
    guard files.exists("\(folder)/\(found).yaml") else { return (found, false) }
    guard ifMissing else {
      throw ExitCode.because(
        1,
        "\(what) \(found) is there already, and nothing was changed: --if-missing leaves it as it is, "
          + "--id IDENTIFIER makes another")
    }
    return (found, true)
  }
}

extension Identifier {
  /// What an administrator typed.
  ///
  /// - Throws: exit code 64, with what was probably meant, where it is no identifier.
  static func given(_ text: String) throws -> Identifier {
    guard let identifier = Identifier(text) else {
      let meant = Identifier(name: text).map { " (did you mean \"\($0)\"?)" } ?? ""
      throw ExitCode.because(
        64, "\"\(text)\" is no identifier: a-z, 0-9 and inner hyphens\(meant)")
    }
    return identifier
  }

  /// - Throws: exit code 64, where nothing is left of the name.
  fileprivate static func made(from name: String) throws -> Identifier {
    guard let identifier = Identifier(name: name) else {
      throw ExitCode.because(
        64,
        "\"\(name)\" has no letters that an identifier could be made of: give it one with --id")
    }
    return identifier
  }
}

/// What a command that makes something says of it.
struct Creation: Encodable {
  /// False where it was there before.
  let created: Bool
  let identifier: String
  var url: String?
  /// What was made, from the configuration's folder.
  var files: [String] = []
  /// Secrets that were made here, shown this once.
  var secret: String?
  var verifyToken: String?
  /// What became of it: its spool, and whether the responder has loaded it.
  var notes: [String] = []

  /// - Parameters:
  ///   - text: the same for people, a line each.
  ///   - load: has the responder load it, and says what came of that.
  func tell(_ text: [String], json: Bool, _ load: () throws -> String) throws {
    if !json { for line in text + notes { print(line) } }
    let loaded = Result { try load() }
    if json {
      var whole = self
      if let line = try? loaded.get() { whole.notes.append(line) }
      print(try SenderPage.json(whole))
    } else if let line = try? loaded.get() {
      print(line)
    }
    _ = try loaded.get()
  }

  /// That nothing was made.
  func tellIsThere(_ path: String, json: Bool) throws {
    if json { return print(try SenderPage.json(self)) }
    print("\(path) is there already; nothing was changed.")
    if let url { print("URL: \(url)") }
  }
}
