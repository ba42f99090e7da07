/// The place that a secret's value comes from.
enum SecretSource {
  /// A file in the configuration's folder for secrets of this use.
  case secret(String)
  /// A file anywhere; the path is absolute.
  case file(String)
  /// A credential that systemd passed to the service.
  case credential(String)
  /// The text itself.
  case literal(String)

  /// The longest secret, in bytes.
  static let byteLimit = 64 << 10

  /// Returns the name of a secret without the key `name`; `place` is its place in its list, from 1.
  /// The name is never the secret's value.
  func name(at place: Int) -> String {
    switch self {
    case .secret(let name), .credential(let name): name
    case .file(let path): path.split(separator: "/").last.map(String.init) ?? "file-\(place)"
    case .literal: "literal-\(place)"
    }
  }

  /// Returns the bytes of the value. If there isn't a value, reports a problem.
  ///
  /// - Parameters:
  ///   - found: the place that problems are reported at.
  ///   - use: the purpose of the secret, which decides its folder and whether its file is read.
  ///   - mayBeMissing: whether a missing file isn't an error but counts as an empty value.
  /// - Returns: the bytes, which are empty if the value can't be known here; nil if there isn't
  ///   one.
  func value(for found: Found, _ use: SecretUse, mayBeMissing: Bool = false) -> [UInt8]? {
    if isOutside, !found.reading.context.secrets.reads.contains(use) {
      found.reading.context.secrets.hasUnknownSecrets = true
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

  /// Whether the value stands outside of the configuration itself.
  private var isOutside: Bool {
    if case .literal = self { false } else { true }
  }

  /// Whether the source is a file, which may come later.
  var isInFile: Bool {
    switch self {
    case .secret, .file: true
    case .credential, .literal: false
    }
  }

  /// The file's name in the folder `secrets`; nil for another source.
  var fileName: String? {
    if case .secret(let name) = self { name } else { nil }
  }

  /// The file's path; nil for another source.
  var filePath: String? {
    if case .file(let path) = self { path } else { nil }
  }

  private func path(for found: Found, _ use: SecretUse) -> String? {
    switch self {
    case .secret(let name): "\(found.reading.context.folder)/\(use.folder)/\(name)"
    case .file(let path): path
    case .credential, .literal: nil
    }
  }

  /// Whether the file doesn't exist yet. If so, reports that with the remedy.
  private func isAwaited(_ path: String, for found: Found) -> Bool {
    do {
      _ = try found.reading.context.secrets.drafts.read(
        path, in: found.reading.context.folder, limit: Self.byteLimit)
      return false
    } catch {
      guard error == .missing else { return false }
    }
    let webhook = found.reading.file.split(separator: "/").last.map { $0.dropLast(5) } ?? ""
    found.report(
      "\(Self.shown(path, found)) is not there yet, and deliveries are answered 503 until it is; once "
        + "the sender has issued it: levelwind webhook secret add \(webhook)", severity: .warning)
    found.reading.context.secrets.hasUnknownSecrets = true
    return true
  }

  /// Returns the path relative to the configuration's folder if the file is in the folder;
  /// otherwise the whole path.
  private static func shown(_ path: String, _ found: Found) -> String {
    let folder = found.reading.context.folder + "/"
    return path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : path
  }

  private static func credential(_ name: String, for found: Found) -> [UInt8]? {
    found.reading.context.seen.dependOnMore()
    guard let values = found.reading.context.secrets.credentials.values else {
      found.report(
        "credential \(name) can't be checked outside of the service", severity: .warning)
      found.reading.context.secrets.hasUnknownSecrets = true
      return []
    }
    guard let value = values[name]?.withoutNewline else {
      let message = "the service was started without the credential \(name) (LoadCredential=)"
      found.report(message, suggestion: values.keys.sorted().closest(to: name))
      return nil
    }
    return filled(value, for: found)
  }

  private static func file(_ path: String, for found: Found, _ use: SecretUse) -> [UInt8]? {
    let name = shown(path, found)
    do {
      let file = try found.reading.context.secrets.drafts.read(
        path, in: found.reading.context.folder, limit: byteLimit)
      found.reading.context.seen.note(path, file.stamp)
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
      case .unreadable where found.reading.context.secrets.areOthers:
        found.reading.context.secrets.hasUnknownSecrets = true
        return []
      case .unreadable where use == .target:
        // Another user reads this file: secrets for `levelwind postprocess` are closed to most
        // processes that read the configuration.
        found.report("\(name) \(error) by this user; \(use.reader) has to", severity: .warning)
        found.reading.context.secrets.hasUnknownSecrets = true
        return []
      case .unreadable: found.report("\(name) \(error); give it mode 0640 and \(use.reader)")
      case .notRegular, .tooLarge, .strangeLink: found.report("\(name) \(error)")
      }
      return nil
    }
  }

  /// Returns the name of another file in the same folder that was probably meant.
  private static func neighbour(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/") else { return nil }
    let names = (try? FolderListing.names(in: String(path[..<slash]))) ?? []
    return names.closest(to: String(path[path.index(after: slash)...]))
  }
}

extension [UInt8] {
  /// The bytes without the one newline, LF or CR LF, that an editor puts at a file's end.
  fileprivate var withoutNewline: [UInt8] {
    guard last == UInt8(ascii: "\n") else { return self }
    let line = dropLast()
    return Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
  }
}

/// The meaning of a secret's bytes, which decides what they are checked for.
enum SecretShape: Sendable {
  case secret
  /// A text that a sender tells about itself: not secret.
  case identity
  /// `user:password`.
  case pair
}

extension SecretSource {
  /// The shortest secret that can't be guessed, in bytes.
  private static let fewest = 16

  /// Warns about bytes that were probably not meant as part of the secret, and about a secret that
  /// is probably incomplete. Messages never show the secret's bytes.
  ///
  /// - Parameters:
  ///   - value: the secret without the newline at the end of its file; empty if unknown.
  ///   - found: the place that warnings are reported at.
  ///   - shape: the meaning of the bytes.
  func question(_ value: [UInt8], for found: Found, as shape: SecretShape) {
    guard let first = value.first, let last = value.last else { return }
    let name = self.name(at: 1)
    func warn(_ what: String) { found.report("\(name) \(what)", severity: .warning) }
    let blanks: Set<UInt8> = [0x20, 0x09]
    let newlines: Set<UInt8> = [0x0a, 0x0d]
    if value.starts(with: [0xef, 0xbb, 0xbf]) {
      warn(
        "begins with a byte-order mark, which counts as a part of the secret: save the file "
          + "without one")
    }
    if newlines.contains(last) {
      warn("ends in several newlines, and all but the last count as parts of the secret")
    } else if blanks.contains(first) || blanks.contains(last) {
      let place = blanks.contains(last) ? "ends in" : "begins with"
      warn("\(place) a blank, which counts as a part of the secret")
    }
    if value.count > 1, first == last, first == 0x22 || first == 0x27 {
      warn("is in quotes, which count as parts of the secret")
    }
    let secret =
      switch shape {
      case .secret: value[...]
      case .identity: ArraySlice<UInt8>()
      case .pair: value.drop { $0 != UInt8(ascii: ":") }.dropFirst()
      }
    if secret.count < Self.fewest, !secret.isEmpty {
      let bytes = secret.count == 1 ? "1 byte" : "\(secret.count) bytes"
      let what = shape == .pair ? "has a password of \(bytes)" : "has \(bytes)"
      warn("\(what): a secret of fewer than \(Self.fewest) may be guessed, or is incomplete")
    }
  }
}
