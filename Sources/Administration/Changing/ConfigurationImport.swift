import Bytes
import Verification
import Webhooks

/// What an import of webhooks would change.
package struct ConfigurationImport {
  /// A file of the import. It never prints its content.
  package struct File: CustomStringConvertible, CustomReflectable {
    package let path: String
    let bytes: [UInt8]
    /// The content that is there; nil without a file.
    let old: [UInt8]?
    /// The places of guarded values that are new: they reach beyond the configuration.
    package var guarded: [String] = []

    package var isNew: Bool { old == nil }
    package var isSame: Bool { old == bytes }
    package var isConfiguration: Bool {
      path.hasPrefix("webhooks/") || path.hasPrefix("incoming/")
    }
    fileprivate var isSecret: Bool {
      path.hasPrefix("secrets/") || path.hasPrefix("outgoing-secrets/")
    }

    package var description: String { path }
    package var customMirror: Mirror { Mirror(self, children: ["path": path]) }

    /// The lines that differ, with secrets masked: `- ` what is there, `+ ` what comes. There are
    /// none of a secret or a request.
    package var differences: [String] {
      guard let old, !isSame, path.hasSuffix(".yaml") else { return [] }
      return TextDifference.lines(old, bytes).split(separator: "\n").map(String.init)
    }
  }

  /// The files in the order in which they are written: what refers to others comes last.
  package fileprivate(set) var files: [File] = []
  /// The secrets that senders have to prove and that aren't there: until they are, deliveries are
  /// answered 503.
  package fileprivate(set) var awaited: [String] = []
  /// The warnings about the configuration as it would be.
  package fileprivate(set) var warnings: [Problem] = []

  /// The files that would change.
  package var changed: [File] { files.filter { !$0.isSame } }
}

extension ConfigurationChanges {
  /// Plans an import, and validates the configuration as it would be.
  ///
  /// A new file gets its own `created`, and one that is replaced keeps the one that it has. A
  /// secret that is missing becomes `pending`.
  ///
  /// - Parameters:
  ///   - open: the files of an archive.
  ///   - sealed: the files that were sealed in it.
  /// - Returns: the plan.
  /// - Throws: if a file doesn't belong into a configuration, or the configuration would have
  ///   errors.
  package func planImport(
    _ open: [Ustar.File], sealed: [Ustar.File]
  ) throws(ChangeFailure) -> ConfigurationImport {
    let open = open.filter { ![ConfigurationExport.list, SealedFiles.name].contains($0.path) }
    var given: [String: [UInt8]] = [:]
    var order: [(kind: ImportedPath, path: String)] = []
    for (place, file) in (open + sealed).enumerated() {
      // A secret that isn't sealed has been seen by too many.
      guard let kind = ImportedPath(file.path), kind != .secret || place >= open.count else {
        throw .failed("\(file.path) isn't a file that an export has")
      }
      guard given.updateValue(file.bytes, forKey: file.path) == nil else {
        throw .failed("\(file.path) is there twice")
      }
      order.append((kind, file.path))
    }
    guard given.keys.contains(where: { $0.hasPrefix("webhooks/") }) else {
      throw .failed("the archive has no webhook: levelwind webhook export NAME makes one")
    }
    var plan = ConfigurationImport()
    for (_, path) in order.sorted(by: { ($0.kind, $0.path) < ($1.kind, $1.path) }) {
      let old = try content(of: path)
      var file = ConfigurationImport.File(
        path: path, bytes: try adapted(given[path] ?? [], old, path, given, &plan), old: old)
      if file.isConfiguration {
        file.guarded = GuardedKeys(in: file.bytes).added(to: GuardedKeys(in: old ?? []))
      }
      plan.files.append(file)
    }
    var drafts = Drafts()
    for file in plan.files { drafts.set(file.path, to: file.bytes) }
    for file in plan.files where file.isConfiguration {
      plan.warnings += try validate(drafts, file.path).filter { !plan.warnings.contains($0) }
    }
    return plan
  }

  /// Makes all changes of a plan, or none.
  ///
  /// - Throws: if somebody changed a file since the plan was made, or one can't be written. What
  ///   was written before is then as it was.
  package func apply(_ plan: ConfigurationImport) throws(ChangeFailure) {
    for file in plan.files {
      guard try content(of: file.path) == file.old else { throw .stale(file.path) }
    }
    try attempt { () throws(ConfigurationFiles.Failure) in
      var done: [ConfigurationImport.File] = []
      do throws(ConfigurationFiles.Failure) {
        for file in plan.changed {
          if file.isNew {
            try files.create(file.path, file.bytes, isSecret: file.isSecret)
          } else {
            try files.replace(file.path, file.bytes)
          }
          done.append(file)
        }
      } catch {
        for file in done.reversed() {
          if let old = file.old {
            try? files.replace(file.path, old)
          } else {
            try? files.remove(file.path)
          }
        }
        throw error
      }
    }
  }

  /// Returns a file's content for this server.
  private func adapted(
    _ bytes: [UInt8], _ old: [UInt8]?, _ path: String, _ given: [String: [UInt8]],
    _ plan: inout ConfigurationImport
  ) throws(ChangeFailure) -> [UInt8] {
    guard path.hasPrefix("webhooks/") || path.hasPrefix("incoming/") else { return bytes }
    let missing = SecretReferences(in: bytes).files.filter {
      given[$0] == nil && !files.exists($0)
    }
    let outgoing = missing.filter { $0.hasPrefix("outgoing-secrets/") }
    guard outgoing.isEmpty else {
      throw .failed(
        "\(path) needs \(outgoing.joined(separator: ", ")), which isn't there: put it into "
          + "\(directory) first, or export with --with-secrets")
    }
    plan.awaited += missing.filter { !plan.awaited.contains($0) }
    let pending = SecretReferences(in: old ?? []).pending.union(missing)
    return try edited(bytes, of: path) { (text) throws(UneditableText) in
      if let old { try text.takeCreated(from: old) } else { try text.setCreated(now) }
      try text.setPending(pending)
    }
  }

  /// Returns the content of a file that an export may have; nil if the file doesn't exist.
  func content(of path: String) throws(ChangeFailure) -> [UInt8]? {
    try requireNoLinks(to: path)
    // A request of a test is as large as a delivery.
    let limit = path.hasPrefix("tests/") ? Ustar.mostBytes : 1 << 20
    return try attempt { () throws(ConfigurationFiles.Failure) in
      try files.bytes(of: path, limit: limit)
    }
  }

  /// Requires that the folders of tests, which an administrator may have made, aren't links.
  func requireNoLinks(to path: String) throws(ChangeFailure) {
    guard path.hasPrefix("tests/") || path.hasPrefix("test-secrets/") else { return }
    var folder = ""
    for name in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
      folder += (folder.isEmpty ? "" : "/") + name
      guard !files.isLink(folder) else {
        throw .failed("\(folder) is a link, which is not followed here")
      }
    }
  }
}

/// The kinds of files of an export, in the order in which they are written.
private enum ImportedPath: Int, Comparable {
  case secret, incoming, test, webhook

  init?(_ path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    func identifier(_ name: String) -> Bool {
      name.hasSuffix(".yaml") && Identifier(String(name.dropLast(5))) != nil
    }
    func isName(_ name: String) -> Bool {
      !name.isEmpty && name.utf8.count <= 205 && !name.hasPrefix(".")
        && name.utf8.allSatisfy {
          0x30...0x39 ~= $0 || 0x41...0x5a ~= $0 || 0x61...0x7a ~= $0 || "._@-".utf8.contains($0)
        }
    }
    switch (parts[0], parts.count) {
    case ("webhooks", 2) where identifier(parts[1]): self = .webhook
    case ("incoming", 2) where identifier(parts[1]): self = .incoming
    case ("secrets", 2), ("outgoing-secrets", 2):
      guard isName(parts[1]) else { return nil }
      self = .secret
    case ("test-secrets", 2) where isName(parts[1]): self = .test
    case ("tests", 3) where Identifier(parts[1]) != nil && isName(parts[2]):
      guard parts[2].hasSuffix(".http") || parts[2].hasSuffix(".yaml") else { return nil }
      self = .test
    default: return nil
    }
  }

  static func < (a: ImportedPath, b: ImportedPath) -> Bool { a.rawValue < b.rawValue }
}
