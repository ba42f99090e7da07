import Verification

/// The keys of `type: signature` for the algorithm, the message, the encoding, the timestamp and
/// the secrets.
enum SignatureKeys {
  /// The value of `scheme`: the algorithm without its hash.
  enum Scheme: String, CaseIterable {
    case hmac
    case secretFirst = "secret_first"
    case secretLast = "secret_last"
    case ed25519
    case ecdsa = "ecdsa_p256"
    case rsa

    func algorithm(_ hash: HashName) -> SigningAlgorithm {
      switch self {
      case .hmac: .hmac(hash)
      case .secretFirst: .hash(hash, secret: .first)
      case .secretLast: .hash(hash, secret: .last)
      case .ed25519: .ed25519
      case .ecdsa: .ecdsaP256(hash)
      case .rsa: .rsaPKCS1(hash)
      }
    }
  }

  /// The value of `secret_form`: the way from a secret to a key.
  enum SecretForm: String, CaseIterable {
    case text, hex, base64, whsec, nfkd
    case prefixedWhsec = "prefixed_whsec"

    var keyForm: KeyForm {
      switch self {
      case .text: .text
      case .hex: .hex
      case .base64: .base64
      case .whsec: .whsec
      case .nfkd: .nfkd
      case .prefixedWhsec: .prefixedWhsec
      }
    }
  }

  static let scheme = Option(
    "scheme", Form<Scheme>.choice, default: .hmac,
    "The scheme of the signature. With secrets: `hmac`, or a plain hash with the secret before "
      + "the message (`secret_first`) or behind it (`secret_last`). With public keys: the others "
      + "(ecdsa_p256 in ASN.1, rsa in PKCS #1 v1.5).")
  static let algorithm = Option(
    "algorithm", Form<HashName>.choice, default: .sha256,
    "The hash. md5 is only allowed for plain hashes; ed25519 has a hash of its own.")
  static let message = Option(
    "message", .list(of: .messagePiece, "pieces"), default: [.body],
    "What is signed: these pieces, joined. A piece is a word: body, body_base64, body_crc32, "
      + "method, url, url_without_query, "
      + "url_host (of the public URL), path, path_and_query, query, timestamp. Or it is a mapping "
      + "with one key (text, header, header_if_any, key, form_field, form_field_or_body or "
      + "query_without) and a text or name.")
  static let encoding = Option(
    "encoding", Form<SignatureEncoding>.choice, default: .hex,
    "The encoding of the signature. hex is in lower case, HEX in upper case.")
  static let prefix = Option(
    "prefix", .headerStart, default: "",
    "The text before the signature, such as `sha256=`. Entries of a list without it are skipped."
  )
  static let separator = Option(
    optional: "separator", .separator,
    "What separates several signatures at one place. One of them has to match. With this key, the "
      + "header may also come several times.")
  static let timestamp = Option(
    optional: "timestamp", TimestampKeys.form,
    "The place of the timestamp, and the greatest age that passes.")
  static let requiredHeaders = Option(
    "required_headers",
    .pairs("a mapping of header names to values", names: .headerName, values: .headerValue),
    default: [],
    "Headers that have to be there with these values, such as a version or an algorithm.")
  static let secretForm = Option(
    "secret_form", Form<SecretForm>.choice, default: .text,
    "How the signing key is made from a secret. whsec is base64, with or without `whsec_` before "
      + "it.")
  static let secretSuffix = Option(
    optional: "secret_suffix", .text,
    "The text that is appended to a secret, such as `&`. For secrets of text only.")
  static let secrets = Option(
    "secrets", .secrets, default: [],
    "The secrets. One of them has to match. Required unless the scheme takes public keys.")
  static let publicKeys = Option(
    "public_keys", .publicKeys, default: [],
    "The public keys. One of them has to match. Each has the keys of \"A public key\".")

  static let all: [any DocumentedOption] = [
    scheme, algorithm, message, encoding, prefix, separator, timestamp, requiredHeaders,
    secretForm, secretSuffix, secrets, publicKeys,
  ]

  /// Reads the keys.
  ///
  /// - Returns: nil if the keys contradict one another. Then it reported a problem.
  static func signature(at place: SignaturePlace?, in mapping: Mapping) -> Signature? {
    let scheme = mapping[scheme]
    let hash = mapping[algorithm]
    var signature = Signature(scheme.algorithm(hash), at: place ?? .header(""))
    signature.message = mapping[message]
    signature.encoding = mapping[encoding]
    signature.prefix = mapping[prefix]
    signature.separator = mapping[separator]
    signature.timestamp = mapping[timestamp]
    for header in mapping[requiredHeaders] { signature.requiredHeaders[header.name] = header.value }
    signature.keyForm = mapping[secretForm].keyForm
    if let suffix = mapping[secretSuffix] { signature.keyForm = .suffixed(suffix) }
    signature.secrets = mapping[secrets]
    signature.publicKeys = mapping[publicKeys]
    return isConsistent(scheme, hash, signature, mapping) ? signature : nil
  }

  private static func isConsistent(
    _ scheme: Scheme, _ hash: HashName, _ signature: Signature, _ mapping: Mapping
  ) -> Bool {
    let usesSecrets = signature.algorithm.usesSecrets
    let wrong: (any DocumentedOption) = usesSecrets ? publicKeys : secrets
    let wanted: (any DocumentedOption) = usesSecrets ? secrets : publicKeys
    var isRight = true
    func refuse(_ option: any DocumentedOption, _ message: String) {
      mapping.report(at: option, message)
      isRight = false
    }
    if hash == .md5, scheme != .secretFirst, scheme != .secretLast {
      refuse(algorithm, "md5 is only for plain hashes, secret_first and secret_last")
    }
    if mapping.found(wrong) != nil {
      refuse(wrong, "scheme \(scheme.rawValue) takes \(wanted.key)")
    }
    if !mapping.isTold(wanted.key) {
      refuse(wanted, "missing, expected a list of \(wanted.key.replacing("_", with: " "))")
    }
    if mapping.found(secretSuffix) != nil, mapping[secretForm] != .text {
      refuse(secretSuffix, "is for secrets of text only")
    }
    return isRight && (usesSecrets ? !signature.secrets.isEmpty : !signature.publicKeys.isEmpty)
  }
}
