import Bytes
import Webhooks

/// Webhooks on their way to another server: their files, those of their incoming configurations,
/// their tests, and the names of their secrets.
package struct ConfigurationExport {
  /// The files that anybody may see, by their paths from the configuration's folder.
  package private(set) var open: [Ustar.File] = []
  /// The secrets, and files with secrets in their text. They leave the server sealed, or not at
  /// all.
  package private(set) var secret: [Ustar.File] = []
  /// What the administrator should know of it, a sentence each.
  package private(set) var notes: [String] = []

  private let changes: ConfigurationChanges

  /// The name of the list of secrets.
  static let list = "secrets.txt"

  /// Gathers the files.
  ///
  /// - Parameters:
  ///   - names: the webhooks, at least one.
  ///   - changes: the configuration.
  ///   - withSecrets: whether to read secrets.
  /// - Throws: if a webhook isn't there or is broken, or if a file that it needs can't be read or
  ///   may not leave the server.
  package init(
    of names: [Identifier], in changes: ConfigurationChanges, withSecrets: Bool
  ) throws(ChangeFailure) {
    self.changes = changes
    let loading = changes.loading()
    var paths: [String] = []
    var examples: [String] = []
    for name in Set(names).sorted() {
      guard let webhook = loading.snapshot?.webhooks[name]?.webhook else {
        throw .failed("there is no webhook \(name), or it is broken: levelwind check")
      }
      paths += webhook.incoming.map { "incoming/\($0.identifier).yaml" } + ["webhooks/\(name).yaml"]
      try changes.requireNoLinks(to: "tests/\(name)/")
      let folder = "tests/\(name)"
      let tests = try changes.attempt { () throws(ConfigurationFiles.Failure) in
        try changes.files.names(in: folder)
      }
      examples += tests.filter { $0.hasSuffix(".http") || $0.hasSuffix(".yaml") }
        .map { "\(folder)/\($0)" }
    }
    var seen: Set<String> = []
    var secrets: [String] = []
    var awaited: Set<String> = []
    for path in paths where seen.insert(path).inserted {
      let bytes = try content(of: path)
      let references = SecretReferences(in: bytes)
      secrets += references.files.filter { !secrets.contains($0) }
      awaited.formUnion(references.pending)
      let outside = GuardedKeys(in: bytes).places
      if !outside.isEmpty {
        notes.append("\(path) names what isn't in the archive: \(outside.joined(separator: ", "))")
      }
      try add(Ustar.File(path: path, bytes: bytes), mayBeSecret: withSecrets)
    }
    for path in examples { open.append(Ustar.File(path: path, bytes: try content(of: path))) }
    for path in secrets.filter({ $0.hasPrefix("secrets/") }) {
      // A test secret is known to everybody.
      let test = "test-\(path)"
      if changes.files.exists(test) {
        open.append(Ustar.File(path: test, bytes: try content(of: test)))
      }
    }
    guard !secrets.isEmpty else { return }
    let names = secrets.sorted().map { "\($0)\n" }.joined()
    open.append(Ustar.File(path: Self.list, bytes: Array(names.utf8)))
    guard withSecrets else { return }
    for path in secrets {
      if awaited.contains(path), !changes.files.exists(path) {
        notes.append("\(path) isn't there yet, and so not in the archive")
      } else {
        secret.append(Ustar.File(path: path, bytes: try content(of: path)))
      }
    }
  }

  /// Makes the archive.
  ///
  /// - Parameter passphrase: what protects the secrets in it; nil to leave them out.
  /// - Returns: the bytes of the archive.
  /// - Throws: if the archive would be too large, or the secrets can't be sealed.
  package func archive(sealing passphrase: [UInt8]?) throws(ChangeFailure) -> [UInt8] {
    var all = open
    if let passphrase, !secret.isEmpty {
      all.append(try SealedFiles.seal(secret, with: passphrase))
    }
    do throws(Ustar.Failure) {
      return try Ustar.archive(all)
    } catch {
      throw .failed(error.description)
    }
  }

  /// Adds a file of the configuration; one with secrets in its text only among the secrets.
  private mutating func add(_ file: Ustar.File, mayBeSecret: Bool) throws(ChangeFailure) {
    guard MaskedConfiguration(file.bytes).isMasked else { return open.append(file) }
    guard mayBeSecret else {
      throw .failed(
        "\(file.path) has a secret in its text, or the environment of a program, which leave the "
          + "server with --with-secrets alone; or put the secret into a file of secrets/")
    }
    secret.append(file)
  }

  private func content(of path: String) throws(ChangeFailure) -> [UInt8] {
    guard let bytes = try changes.content(of: path) else { throw .failed("\(path) does not exist") }
    return bytes
  }
}
