import FoundationEssentials
import Verification

/// The options of one entry in a list of `secrets`.
enum SecretOptions {
  static let secret = Option(
    optional: "secret", fileName,
    "The name of a file in the configuration's folder `secrets`; of a post-processor or a "
      + "relay, in `outgoing-secrets`.")
  static let file = Option(
    optional: "file", .path, "The path of a file, absolute or from the configuration's folder.")
  static let credential = Option(
    optional: "credential", fileName,
    "The name of a credential that systemd passes to the service. It is read when the service "
      + "starts.")
  static let literal = Option(
    optional: "literal", .text, "The secret itself. A file of its own is safer.")
  static let name = Option(
    optional: "name", .line,
    "The secret's name in the log. By default the file's or credential's name.")
  static let notAfter = Option(
    optional: "not_after", .moment, "The moment after which it no longer matches.")

  static let pending = Option(
    "pending", .boolean, default: false,
    "Whether the file that `secret` or `file` names may come later, once the sender has issued "
      + "the secret. Until the file is there, deliveries are answered 503, and handshakes as "
      + "usual.")

  static let all: [any DocumentedOption] = [
    secret, file, credential, literal, name, notAfter, pending,
  ]

  private static let fileName = Form<String>.scalar(
    "file name", "a file name of A-Z, a-z, 0-9, '.', '_', '@' and '-'"
  ) { text in
    let isName = text.utf8.allSatisfy { byte in
      let scalar = Unicode.Scalar(byte)
      return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || "._@-".unicodeScalars.contains(scalar)
    }
    let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
    return isName && isASCII && !text.hasPrefix(".") && (1...200).contains(text.utf8.count)
      ? text : nil
  }
}

extension Form where Value == Secret {
  /// One secret that is sent along to a server.
  static let outgoingSecret = Form(
    type: "secret", expectation: "a secret such as {secret: erp-token}",
    schema: { .mapping(SecretOptions.all) }, write: { "\($0)" },
    read: { found in
      var found = found
      found.isConfidential = true
      return Form<[Secret]>.one(.target, as: .identity).read(found).map {
        Secret($0.value, name: $0.name ?? $0.source.name(at: 1), notAfter: $0.notAfter)
      }
    })
}

extension Form where Value == [Secret] {
  /// One or more secrets of one sender; two overlap during a rotation. The form has no nested
  /// options, because the documentation has one table for the keys of a secret instead of a copy in
  /// each kind.
  static let secrets = secrets(.sender)
  /// One or more secrets that sign requests to one server, with the same options.
  static let outgoingSecrets = secrets(.target)
  /// Texts that a sender tells about itself and that stand in the place of a secret. They may be
  /// short.
  static let identities = secrets(.sender, as: .identity)
  /// Secrets of the shape `user:password`.
  static let logins = secrets(.sender, as: .pair)

  private static func secrets(_ use: SecretUse, as shape: SecretShape = .secret) -> Form {
    let list = Form<[ReadSecret]>.list(of: one(use, as: shape), "secrets")
    return Form(
      type: list.type, expectation: list.expectation, schema: list.schema, write: { "\($0)" },
      read: { found in
        var found = found
        found.isConfidential = true
        return list.read(found).flatMap { named($0, found, use) }
      })
  }

  /// Returns the secrets with their names. If two names are the same, reports a problem and returns
  /// nil.
  private static func named(
    _ read: [ReadSecret], _ found: Found, _ use: SecretUse
  ) -> [Secret]? {
    var names: Set<String> = []
    let secrets = read.enumerated().map { index, one in
      let name = one.name ?? one.source.name(at: index + 1)
      if !names.insert(name).inserted {
        found.report("two secrets are called \(name.quoted); give one of them another name")
      }
      if use == .sender {
        found.reading.context.secrets.found.append(
          NamedSecret(
            path: found.path, place: index, name: name, notAfter: one.notAfter,
            fileName: one.source.fileName, filePath: one.source.filePath, isMissing: one.isMissing))
      }
      return Secret(one.value, name: name, notAfter: one.notAfter)
    }
    return names.count == secrets.count ? secrets : nil
  }

  fileprivate static func one(_ use: SecretUse, as shape: SecretShape) -> Form<ReadSecret> {
    .mapping(
      "a secret such as {secret: erp-stock}", options: SecretOptions.all, isConfidential: true
    ) { mapping in
      let source = source(in: mapping)
      let name = mapping[SecretOptions.name]
      let notAfter = mapping[SecretOptions.notAfter]
      let mayBeMissing = mapping[SecretOptions.pending]
      // From its end on, the secret is reported.
      if notAfter != nil { mapping.found.reading.context.seen.dependOnMore() }
      guard let source else { return nil }
      if mayBeMissing, !source.source.isInFile || use == .target {
        mapping.report(at: SecretOptions.pending, "is for secret and file only")
        return nil
      }
      guard
        let value = source.source.value(for: source.found, use, mayBeMissing: mayBeMissing)
      else { return nil }
      if mapping.found.reading.context.secrets.questionsSecrets {
        source.source.question(value, for: source.found, as: shape)
      }
      if let notAfter, notAfter < mapping.found.reading.context.secrets.now {
        mapping.report(
          at: SecretOptions.notAfter,
          "this secret no longer \(use == .sender ? "matches" : "signs"); take it out, or give it a "
            + "later time", severity: .warning)
      }
      return ReadSecret(
        source: source.source, value: value, name: name, notAfter: notAfter,
        isMissing: mayBeMissing && value.isEmpty
          && mapping.found.reading.context.secrets.reads.contains(use))
    }
  }

  /// Returns the one source that is given and its node. If there isn't exactly one, reports a
  /// problem and returns nil.
  private static func source(in mapping: Mapping) -> (source: SecretSource, found: Found)? {
    let sources: [(found: Found?, source: SecretSource?)] = [
      (mapping.found(SecretOptions.secret), mapping[SecretOptions.secret].map(SecretSource.secret)),
      (mapping.found(SecretOptions.file), mapping[SecretOptions.file].map(SecretSource.file)),
      (
        mapping.found(SecretOptions.credential),
        mapping[SecretOptions.credential].map(SecretSource.credential)
      ),
      (
        mapping.found(SecretOptions.literal),
        mapping[SecretOptions.literal].map(SecretSource.literal)
      ),
    ]
    let given = sources.filter { $0.found != nil }
    let options: [any DocumentedOption] = [
      SecretOptions.secret, SecretOptions.file, SecretOptions.credential, SecretOptions.literal,
    ]
    guard mapping.hasOne(of: options), let found = given[0].found else { return nil }
    return given[0].source.map { ($0, found) }
  }
}

/// One secret after reading, before its name is settled.
private struct ReadSecret: Sendable {
  let source: SecretSource
  let value: [UInt8]
  let name: String?
  let notAfter: Date?
  let isMissing: Bool
}
