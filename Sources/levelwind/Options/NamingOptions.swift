import ArgumentParser
import Webhooks

/// The options by which a new webhook or incoming configuration gets its identifier, and is
/// reported.
struct NamingOptions: ParsableArguments {
  @Option(
    name: .customLong("id"),
    help: ArgumentHelp(
      "Its identifier. By default it is made from the name.", valueName: "identifier"))
  var identifier: String?
  @Flag(help: "Exit 0, and change nothing, if it is there already: for scripts that run again.")
  var ifMissing = false
  @Flag(help: "Print one JSON object, with the secret if one was made.")
  var json = false

  /// Returns the identifier of something new.
  ///
  /// - Parameters:
  ///   - name: the name that people use.
  ///   - what: the kind in words, such as `webhook`.
  ///   - folder: the folder of its files, such as `webhooks`.
  ///   - files: the configuration's files.
  /// - Returns: the identifier, and whether it exists already and is to stay.
  /// - Throws: exit code 1 if it exists already, unless `--if-missing` is given.
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
  /// Parses an identifier that an administrator typed.
  ///
  /// - Throws: exit code 64, with what was probably meant, for any other text.
  static func given(_ text: String) throws -> Identifier {
    guard let identifier = Identifier(text) else {
      let meant = Identifier(name: text).map { " (did you mean \"\($0)\"?)" } ?? ""
      throw ExitCode.because(
        64, "\"\(text)\" isn't an identifier: a-z, 0-9 and inner hyphens\(meant)")
    }
    return identifier
  }

  /// - Throws: exit code 64 if the name has no letters or digits to keep, or letters that can't be
  ///   written in ASCII.
  fileprivate static func made(from name: String) throws -> Identifier {
    guard let identifier = Identifier(name: name) else {
      throw ExitCode.because(
        64,
        "no identifier can be made from \"\(name)\": give one with --id")
    }
    return identifier
  }
}

/// The report of a command that makes something.
struct Creation: Encodable {
  /// False if it existed before.
  let created: Bool
  let identifier: String
  var url: String?
  /// The paths of the new files, relative to the configuration's folder.
  var files: [String] = []
  /// Secrets that were made by this command, shown this once.
  var secret: String?
  var verifyToken: String?
  /// Lines about its spool, and about the responder's loading.
  var notes: [String] = []

  /// Prints the report: `text` for people, or JSON. `load` has the responder load the change, and
  /// returns a line about the result. What it throws is thrown after the report.
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

  /// Prints that it existed before and nothing was made.
  func tellIsThere(_ path: String, json: Bool) throws {
    if json { return print(try SenderPage.json(self)) }
    print("\(path) is there already; nothing was changed.")
    if let url { print("URL: \(url)") }
  }
}
