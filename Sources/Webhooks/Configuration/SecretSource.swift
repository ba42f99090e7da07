/// Where a secret's value comes from.
enum SecretSource {
  /// A file of the configuration's folder for secrets of its use.
  case secret(String)
  /// A file elsewhere; the path is absolute.
  case file(String)
  /// What systemd passed to the service.
  case credential(String)
  /// The text itself.
  case literal(String)

  /// The most bytes that a secret may have.
  static let byteLimit = 64 << 10

  /// What the secret is called where it has no `name`: never its value.
  ///
  /// - Parameter place: its place within the list, from 1.
  func name(at place: Int) -> String {
    switch self {
    case .secret(let name), .credential(let name): name
    case .file(let path): path.split(separator: "/").last.map(String.init) ?? "file-\(place)"
    case .literal: "literal-\(place)"
    }
  }

  /// The value's bytes; nil, with a problem, where there is none.
  ///
  /// - Parameters:
  ///   - found: the place that problems are reported at.
  ///   - mayBeMissing: whether a file that isn't there is no error: its value is empty then.
  func value(for found: Found, _ use: SecretUse, mayBeMissing: Bool = false) -> [UInt8]? {
    if isOutside, !found.reading.surroundings.reads.contains(use) {
      found.reading.hasUnknownSecrets = true
      return []
    }
    if mayBeMissing, let path = path(for: found, use), isAwaited(path, for: found) { return [] }
    switch self {
    case .secret, .file: return path(for: found, use).flatMap { Self.file($0, for: found, use) }
    case .credential(let name): return Self.credential(name, for: found)
    case .literal(let text):
      if found.reading.isWorldReadable {
        found.report(
          "a secret in a file that every user can read; chmod 0640 the file", severity: .warning)
      }
      return Self.filled(Array(text.utf8), for: found)
    }
  }

  private static func filled(_ value: [UInt8], for found: Found) -> [UInt8]? {
    if value.isEmpty { found.report("an empty secret, which verifies nothing") }
    return value.isEmpty ? nil : value
  }

  /// Whether its value does not stand in the configuration itself.
  private var isOutside: Bool {
    if case .literal = self { false } else { true }
  }

  /// Whether it is a file that may come later.
  var isInFile: Bool {
    switch self {
    case .secret, .file: true
    case .credential, .literal: false
    }
  }

  /// Its name in the folder `secrets`, if it lies there.
  var fileName: String? {
    if case .secret(let name) = self { name } else { nil }
  }

  /// Its path, if it is named by one.
  var filePath: String? {
    if case .file(let path) = self { path } else { nil }
  }

  private func path(for found: Found, _ use: SecretUse) -> String? {
    switch self {
    case .secret(let name): "\(found.reading.surroundings.folder)/\(use.folder)/\(name)"
    case .file(let path): path
    case .credential, .literal: nil
    }
  }

  /// Whether the file is not there yet, which is reported with the remedy.
  private func isAwaited(_ path: String, for found: Found) -> Bool {
    do {
      _ = try found.reading.surroundings.drafts.read(
        path, in: found.reading.surroundings.folder, limit: Self.byteLimit)
      return false
    } catch {
      guard error == .missing else { return false }
    }
    let webhook = found.reading.file.split(separator: "/").last.map { $0.dropLast(5) } ?? ""
    found.report(
      "\(Self.shown(path, found)) is not there yet, and deliveries are answered 503 until it is; once "
        + "the sender has issued it: levelwind webhook secret add \(webhook)", severity: .warning)
    found.reading.hasUnknownSecrets = true
    return true
  }

  /// The path from the configuration's folder, if it leads into it.
  private static func shown(_ path: String, _ found: Found) -> String {
    let folder = found.reading.surroundings.folder + "/"
    return path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : path
  }

  private static func credential(_ name: String, for found: Found) -> [UInt8]? {
    guard let values = found.reading.surroundings.credentials.values else {
      found.report(
        "credential \(name) can't be checked outside of the service", severity: .warning)
      found.reading.hasUnknownSecrets = true
      return []
    }
    guard let value = values[name]?.withoutNewline else {
      let message = "the service was started without a credential \(name) (LoadCredential=)"
      found.report(message, suggestion: values.keys.sorted().closest(to: name))
      return nil
    }
    return filled(value, for: found)
  }

  private static func file(_ path: String, for found: Found, _ use: SecretUse) -> [UInt8]? {
    let name = shown(path, found)
    do {
      let file = try found.reading.surroundings.drafts.read(
        path, in: found.reading.surroundings.folder, limit: byteLimit)
      if file.isWorldReadable {
        found.report("\(name) can be read by every user; chmod 0640 it", severity: .warning)
      }
      return filled(file.bytes.withoutNewline, for: found)
    } catch {
      switch error {
      case .missing:
        found.report(
          "\(name) does not exist; make it with mode 0640 and \(use.reader)",
          suggestion: SecretSource.neighbour(of: path))
      case .unreadable where use == .target:
        // Not by this user: what reads it is another process than most that read the configuration.
        found.report("\(name) \(error) by this user; \(use.reader) has to", severity: .warning)
        found.reading.hasUnknownSecrets = true
        return []
      case .unreadable: found.report("\(name) \(error); give it mode 0640 and \(use.reader)")
      case .notRegular, .tooLarge: found.report("\(name) \(error)")
      }
      return nil
    }
  }

  /// The name of a file beside this one that was probably meant.
  private static func neighbour(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/") else { return nil }
    let names = (try? FolderListing.names(in: String(path[..<slash]))) ?? []
    return names.closest(to: String(path[path.index(after: slash)...]))
  }
}

extension [UInt8] {
  /// Without the one newline, LF or CR LF, that an editor puts at a file's end.
  fileprivate var withoutNewline: [UInt8] {
    guard last == UInt8(ascii: "\n") else { return self }
    let line = dropLast()
    return Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
  }
}
