import FoundationEssentials

/// AWS SNS's scheme: RSA over a canonical text of the message's fields, with a certificate that the
/// message names.
///
/// All users of SNS share that certificate. A right signature says that SNS sent the message, not
/// whose message it is, so the topic has to be one of those configured.
public struct SNSMessage: Rule {
  /// The ARNs of the accepted topics.
  public var topics: [String]
  /// The fetched certificates, by URL.
  public var keyStore: KeyStore
  /// The hosts that certificates may be fetched from: SNS in any region. AWS doesn't document that
  /// the region is the topic's.
  public static let hosts: [HostPattern] = ["sns.*.amazonaws.com", "sns.*.amazonaws.com.cn"]

  /// Makes a rule with the accepted topics and the fetched certificates.
  public init(topics: [String], keyStore: KeyStore) {
    self.topics = topics
    self.keyStore = keyStore
  }

  /// A sentence about the algorithms, the signed fields and the topic.
  public var words: String {
    "RSA with SHA-1 or SHA-256, as SignatureVersion says, over the message's fields, with a "
      + "certificate from SNS; TopicArn is one of the configured topics."
  }

  /// Checks the topic, and then the signature with the certificate that the message names.
  ///
  /// - Throws: `Rejection.unverified` if one of them is missing or wrong, or the certificate's URL
  ///   isn't SNS's. `Rejection.unavailable`, with the URL as `wantedKey`, if the certificate wasn't
  ///   fetched yet.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    let message = try Message(request.json().root)
    let version = try message.text("SignatureVersion", most: 10)
    guard let hash = [Array("1".utf8): HashName.sha1, Array("2".utf8): .sha256][version] else {
      throw .unverified("SignatureVersion is neither 1 nor 2")
    }
    let algorithm = SigningAlgorithm.rsaPKCS1(hash)
    let topic = try message.text("TopicArn", most: 2048)
    guard topics.contains(where: { $0.utf8.elementsEqual(topic) }) else {
      throw .unverified("TopicArn isn't one of the configured topics")
    }
    guard let signature = Base64.decode(try message.text("Signature", most: 4096)),
      algorithm.hasLength(ofSignature: signature)
    else { throw .unverified("Signature isn't base64, or has the wrong length") }
    let keys = try keys(message).filter { $0.isUsable(at: now) }
    let isRight = VerifiedMessage(try message.canonical(), for: algorithm).map { message in
      keys.contains { $0.isSignature(signature, of: message, by: algorithm) }
    }
    guard isRight == true else { throw .unverified("Signature is not right for the certificate") }
    return Proof(verified: "signature:Signature")
  }

  /// The members of the message that the scheme reads.
  private struct Message {
    private static let names = [
      "Message", "MessageId", "Signature", "SignatureVersion", "SigningCertURL", "Subject",
      "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ]
    private let members: [String: JSONElement]

    init(_ root: JSONElement) throws(Rejection) {
      var members: [String: JSONElement] = [:]
      for (name, member) in zip(Self.names, try root.members(Self.names)) { members[name] = member }
      self.members = members
    }

    /// Reads a member that has to be a string.
    ///
    /// - Parameters:
    ///   - name: One of `names`.
    ///   - most: The longest text that is accepted, in bytes; nil for any length.
    /// - Returns: The member's text.
    /// - Throws: `Rejection.unverified` if it is missing, not a string, or too long.
    func text(_ name: String, most: Int? = nil) throws(Rejection) -> [UInt8] {
      guard let member = members[name], member.isString, let text = member.text(of: most) else {
        throw .unverified("\(name) in the body is missing, or too long")
      }
      return text
    }

    /// Returns the signed text: the fields that this type of message has, name and value each on a
    /// line.
    func canonical() throws(Rejection) -> SignedPieces {
      let fields: [String]
      switch String(decoding: try text("Type", most: 100), as: UTF8.self) {
      case "Notification":
        fields = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
      case "SubscriptionConfirmation", "UnsubscribeConfirmation":
        fields = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
      default: throw .unverified("Type isn't a known type of message")
      }
      var pieces: SignedPieces = []
      for name in fields {
        let isThere = members[name].map { !$0.isNull } ?? false
        guard isThere || name != "Subject" else { continue }
        pieces += [Array("\(name)\n".utf8)[...], try text(name)[...], [0x0A]]
      }
      return pieces
    }
  }

  private func keys(_ message: Message) throws(Rejection) -> [PublicKey] {
    let url = String(decoding: try message.text("SigningCertURL", most: 2048), as: UTF8.self)
    let file = url.split(separator: "/").last ?? ""
    // Only the one path that SNS uses, so that nobody can make us fetch something else there.
    let hex = file.dropFirst("SimpleNotificationService-".count).dropLast(".pem".count)
    guard Self.hosts.contains(where: { $0.matches(url: url) }),
      url.split(separator: "/").count == 3,
      file == "SimpleNotificationService-\(hex).pem", 1...64 ~= hex.utf8.count,
      hex.utf8.allSatisfy({ ByteSet.words.contains($0) })
    else { throw .unverified("SigningCertURL isn't the URL of an SNS certificate") }
    let keys = keyStore.keys(from: url)
    guard !keys.isEmpty else {
      var rejection = Rejection.unavailable("the certificate has not been fetched yet")
      rejection.wantedKey = url
      throw rejection
    }
    return keys
  }
}
