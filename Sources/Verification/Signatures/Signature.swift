import Foundation

/// A signature over pieces of the request has to be right: HMAC, Ed25519, ECDSA, RSA, or a plain
/// hash over secret and content.
public struct Signature: Rule {
  /// The longest text with signatures, in bytes: it may stand in a body.
  static let longestText = 32 << 10

  /// How the sender signs. HMAC with SHA-256 by default.
  public var algorithm: SigningAlgorithm = .hmac(.sha256)
  /// Where the signature stands.
  public var place: SignaturePlace
  /// What parts several signatures at one place, such as a comma; nil, the default, if there is one.
  public var separator: Character?
  /// What has to stand before a signature, `sha256=`; empty by default. Entries of a list that
  /// don't start with it are skipped: they may be of another version.
  public var prefix = ""
  /// How a signature is written. Lower-case hexadecimal by default.
  public var encoding: SignatureEncoding = .hex
  /// What is signed. The body by default.
  public var message: [MessagePiece] = [.body]
  /// The rule for the timestamp; none by default.
  public var timestamp: TimestampRule?
  /// The secrets, for HMAC and plain hashes; any may match.
  public var secrets: [Secret] = []
  /// How the key is made from a secret. Its text by default.
  public var keyForm: KeyForm = .text
  /// The public keys, for the other algorithms; any may match.
  public var publicKeys: [PublicKey] = []
  /// Headers that have to be there and have this value: a version, an algorithm.
  public var requiredHeaders: [String: String] = [:]
  /// The header, one of those that are signed, with the sender's id of the delivery; none by default.
  public var deliveryHeader: String?
  /// Whether the sender writes a blank between `key=value` and the next; for examples alone.
  public var writesBlanks = false
  /// Whether the body has to be empty, because the signature doesn't cover one; false by default.
  public var demandsEmptyBody = false
  /// Whether the body has to be a JSON object, because the sender signs other texts with the same key;
  /// false by default.
  public var demandsObject = false

  public init(_ algorithm: SigningAlgorithm = .hmac(.sha256), at place: SignaturePlace) {
    self.algorithm = algorithm
    self.place = place
  }

  public func isAddressed(by request: Request) -> Bool { place.isFilled(in: request) }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    for (name, value) in requiredHeaders.sorted(by: { $0.key < $1.key }) {
      guard try request.headers.value(name).elementsEqual(value.utf8) else {
        throw .unverified("header \(name) is not \(value)")
      }
    }
    guard request.body.isEmpty || !demandsEmptyBody else {
      throw .unverified("there is a body, and the signature in \(place.text) is for none")
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
        throw .unverified("the body is no JSON object")
      }
    }
    return Proof(
      verified: "signature:\(place.text)", secretName: match.name,
      senderDelivery: deliveryHeader.flatMap { SenderField.header($0).text(in: request) })
  }

  /// The signatures that can be read.
  private func read(_ texts: [[UInt8]], _ request: Request) throws(Refusal) -> [[UInt8]] {
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
      throw .unverified("\(place.text) has \(entries.count) signatures, \(most) are allowed")
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

  /// The secret or key that a signature was right for.
  private struct Match {
    let name: String?
  }

  /// Which secret or key one of the signatures is right for.
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
