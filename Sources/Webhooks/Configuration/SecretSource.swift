/// Where a secret's value comes from.
enum SecretSource {
  /// A file of the configuration's folder `secrets`.
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
  /// - Parameter found: the place that problems are reported at.
  func value(for found: Found) -> [UInt8]? {
    if isInFile, !found.reading.surroundings.readsSecrets {
      found.reading.hasUnknownSecrets = true
      return []
    }
    let value: [UInt8]?
    switch self {
    case .secret(let name):
      value = Self.file("\(found.reading.surroundings.folder)/secrets/\(name)", for: found)
    case .file(let path): value = Self.file(path, for: found)
    case .credential(let name): return Self.credential(name, for: found)
    case .literal(let text):
      if found.reading.isWorldReadable {
        found.report(
          "a secret in a file that every user can read; chmod 0640 the file", severity: .warning)
      }
      value = Array(text.utf8)
    }
    guard let value, !value.isEmpty else {
      if value != nil { found.report("an empty secret, which verifies nothing") }
      return nil
    }
    return value
  }

  private var isInFile: Bool {
    switch self {
    case .secret, .file: true
    case .credential, .literal: false
    }
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
    if value.isEmpty { found.report("an empty secret, which verifies nothing") }
    return value.isEmpty ? nil : value
  }

  private static func file(_ path: String, for found: Found) -> [UInt8]? {
    let folder = found.reading.surroundings.folder + "/"
    let name = path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : path
    do {
      let file = try BoundedFile.read(path, limit: byteLimit)
      if file.isWorldReadable {
        found.report("\(name) can be read by every user; chmod 0640 it", severity: .warning)
      }
      return file.bytes.withoutNewline
    } catch {
      switch error {
      case .missing:
        found.report(
          "\(name) does not exist; make it with mode 0640 and the responder's group",
          suggestion: SecretSource.neighbour(of: path))
      case .unreadable:
        found.report("\(name) \(error); give it mode 0640 and the responder's group")
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
