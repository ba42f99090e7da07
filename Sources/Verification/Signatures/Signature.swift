import FoundationEssentials

/// A rule that a signature over pieces of the request is right. It may be HMAC, Ed25519, ECDSA,
/// RSA, or a plain hash over secret and content.
public struct Signature: Rule {
  /// The most bytes of text with signatures that are read. They may stand in a body.
  static let longestText = 32 << 10

  /// The algorithm; HMAC with SHA-256 by default.
  public var algorithm: SigningAlgorithm = .hmac(.sha256)
  /// The place of the signature in the request.
  public var place: SignaturePlace
  /// The separator of several signatures in one place, such as a comma; nil, the default, if there
  /// is one signature.
  public var separator: Character?
  /// The text before each signature, such as `sha256=`; empty by default. Entries of a list that
  /// don't start with it are skipped: they may be of another version.
  public var prefix = ""
  /// The encoding of a signature; lower-case hexadecimal by default.
  public var encoding: SignatureEncoding = .hex
  /// The signed message; the body by default.
  public var message: [MessagePiece] = [.body]
  /// The bounds of the timestamp; nil, the default, if there isn't one.
  public var timestamp: TimestampRule?
  /// The secrets, for HMAC and plain hashes. Any of them may match.
  public var secrets: [Secret] = []
  /// The way from a secret to a key; the secret's bytes by default.
  public var keyForm: KeyForm = .text
  /// The public keys, for the other algorithms. Any of them may match.
  public var publicKeys: [PublicKey] = []
  /// The headers that have to be there with this value, such as a version or an algorithm; none by
  /// default.
  public var requiredHeaders: [String: String] = [:]
  /// The header with the sender's id of the delivery, which has to be among the signed ones; nil,
  /// the default, if there isn't one.
  public var deliveryHeader: String?
  /// Whether the sender writes a blank between one `key=value` and the next; false by default. It
  /// serves examples alone.
  public var writesBlanks = false
  /// Whether the body has to be empty, because the signature doesn't cover it; false by default.
  public var demandsEmptyBody = false
  /// Whether the body has to be a JSON object, because the sender signs other texts with the same
  /// key; false by default.
  public var demandsObject = false

  /// Makes a rule with HMAC-SHA256, unless another algorithm is given, over the body.
  public init(_ algorithm: SigningAlgorithm = .hmac(.sha256), at place: SignaturePlace) {
    self.algorithm = algorithm
    self.place = place
  }

  /// Returns whether the request has anything in the signature's place.
  public func isAddressed(by request: Request) -> Bool { place.isFilled(in: request) }

  /// Checks the required headers, the timestamp and the signature, in this order.
  ///
  /// - Throws: `Rejection.unverified` if one of them is missing or wrong, or the body isn't of the
  ///   demanded form. `Rejection.unavailable` if the URL is signed and no public URL is configured.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    for (name, value) in requiredHeaders.sorted(by: { $0.key < $1.key }) {
      guard try request.headers.value(name).elementsEqual(value.utf8) else {
        throw .unverified("header \(name) is not \(value)")
      }
    }
    guard request.body.isEmpty || !demandsEmptyBody else {
      throw .unverified("there is a body, and the signature in \(place.text) demands an empty one")
    }
    let (texts, pairs) = try place.texts(in: request)
    let signatures = try read(texts, request)
    let stamp = try timestamp?.check(request, pairs, at: now)
    let message = try SignedMessage(request: request, pairs: pairs, timestamp: stamp)
      .pieces(message)
    guard let match = match(signatures, message, at: now) else {
      throw .unverified("the signature in \(place.text) is not right for any key that is in use")
    }
    if demandsObject {
      guard try request.json().root.isObject else {
        throw .unverified("the body isn't a JSON object")
      }
    }
    return Proof(
      verified: "signature:\(place.text)", secretName: match.name,
      senderDelivery: deliveryHeader.flatMap { SenderField.header($0).text(in: request) })
  }

  /// Returns the signatures that can be read, with the length that the algorithm has.
  private func read(_ texts: [[UInt8]], _ request: Request) throws(Rejection) -> [[UInt8]] {
    guard !texts.isEmpty else { throw .unverified("there is no signature in \(place.text)") }
    guard texts.reduce(0, { $0 + $1.count }) <= Self.longestText else {
      throw .unverified("\(place.text) is longer than \(Self.longestText) bytes")
    }
    let separator = separator?.asciiValue
    let most = algorithm.mostSignatures
    let entries = texts.flatMap { text in
      separator.map { text.entries(partedBy: $0) } ?? [text]
    }
    guard entries.count <= most else {
      throw .unverified(
        "\(place.text) has \(entries.count) signatures, and at most \(most) are allowed")
    }
    let signatures = entries.compactMap { $0.after(prefix).flatMap(encoding.decode) }
      .filter(algorithm.hasLength)
    guard !signatures.isEmpty else {
      throw .unverified(
        "nothing in \(place.text) can be read as a signature"
          + request.headers.repetition(of: place.text))
    }
    return signatures
  }

  /// A secret or key that a signature is right for. A type of its own, because the name may be nil.
  private struct Match {
    let name: String?
  }

  /// Returns the secret or key that one of the signatures is right for; nil if there isn't one.
  private func match(
    _ signatures: [[UInt8]], _ message: SignedPieces, at now: Date
  ) -> Match? {
    guard algorithm.usesSecrets else {
      guard let message = VerifiedMessage(message, for: algorithm) else { return nil }
      let key = publicKeys.first { key in
        key.isUsable(at: now)
          && signatures.contains { key.isSignature($0, of: message, by: algorithm) }
      }
      return key.map { Match(name: $0.name) }
    }
    return secrets.first(signing: message, asAnyOf: signatures, algorithm, keyForm, at: now)
      .map { Match(name: $0.name) }
  }
}
