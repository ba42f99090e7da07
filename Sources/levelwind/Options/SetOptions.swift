import Administration
import ArgumentParser
import Webhooks

/// The values that a command sets in a file, of a webhook or an incoming configuration.
struct SetOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A key and its value as YAML: logging=true, response.disabled=503, pre_processors[0].tolerance=10m.",
      valueName: "key=value"))
  var values: [KeyValue] = []
  @Option(help: ArgumentHelp("Remove this key; may be repeated.", valueName: "key"))
  var unset: [String] = []

  func validate() throws {
    if values.isEmpty, unset.isEmpty { throw ValidationError("expected KEY=VALUE, or --unset KEY") }
    for one in values where one.key.hasSuffix("literal") || one.value.contains("literal:") {
      throw ValidationError(
        "\(one.key): a secret can't be given here, since every user of the machine can read a "
          + "command line")
    }
  }

  /// Sets the values, and leaves everything else in the file as it is.
  ///
  /// - Parameters:
  ///   - path: the path, relative to the configuration's folder.
  ///   - old: the content of the file.
  ///   - change: makes and validates the change.
  /// - Returns: whether the file has changed.
  /// - Throws: exit code 1 if a value can't be set, or the new content has errors.
  func change(_ path: String, _ old: [UInt8], _ change: ChangeOptions) throws -> Bool {
    let isNew = try change.make { (changes) throws(ChangeFailure) in
      let new = try changes.edited(old, of: path) { (text) throws(UneditableText) in
        for one in values { try text.set(one.key, to: one.value) }
        for key in unset { try text.unset(key) }
      }
      if new == old { return (false, []) }
      return (true, try changes.replace(path, old, with: new, readsOutgoing: true))
    }
    guard isNew else {
      print("Nothing was changed: \(path) has these values already.")
      return false
    }
    let keys = (values.map(\.key) + unset).joined(separator: ", ")
    print("Changed \(keys) in \(path).")
    return true
  }
}
