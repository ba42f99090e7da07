import Foundation

/// AWS SNS's scheme: RSA over a canonical text of the message's fields, with a certificate that
/// the message names.
///
/// The certificate is the same for all users of SNS: a right signature says that SNS sent the
/// message, not whose it is. Therefore the topic has to be one of those that are configured.
public struct SNSMessage: Rule {
  /// The topics whose messages are taken, as their ARNs.
  public var topics: [String]
  /// The certificates that were fetched, by URL.
  public var keyStore: KeyStore
  /// Where certificates may come from: SNS of any region. AWS nowhere says that it is the topic's.
  public static let hosts: [HostPattern] = ["sns.*.amazonaws.com", "sns.*.amazonaws.com.cn"]

  public init(topics: [String], keyStore: KeyStore) {
    self.topics = topics
    self.keyStore = keyStore
  }

  public var words: String {
    "RSA with SHA-1 or SHA-256, as SignatureVersion says, over the message's fields, with a "
      + "certificate from SNS; TopicArn is one of yours."
  }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    let message = try Message(request.json().root)
    let version = try message.text("SignatureVersion", most: 10)
    guard let hash = [Array("1".utf8): HashName.sha1, Array("2".utf8): .sha256][version] else {
      throw .unverified("SignatureVersion is neither 1 nor 2")
    }
    let algorithm = SigningAlgorithm.rsaPKCS1(hash)
    let topic = try message.text("TopicArn", most: 2048)
    guard topics.contains(where: { $0.utf8.elementsEqual(topic) }) else {
      throw .unverified("TopicArn is none of the topics that are configured")
    }
    guard let signature = Base64.decode(try message.text("Signature", most: 4096)),
      algorithm.hasLength(ofSignature: signature)
    else { throw .unverified("Signature is not in base64, or of no length that it can have") }
    let keys = try keys(message).filter { $0.isUsable(at: now) }
    let isRight = VerifiedMessage(try message.canonical(), for: algorithm).map { message in
      keys.contains { $0.isSignature(signature, of: message, by: algorithm) }
    }
    guard isRight == true else { throw .unverified("Signature is not right for the certificate") }
    return Proof(verified: "signature:Signature")
  }

  /// The members that are looked at.
  private struct Message {
    private static let names = [
      "Message", "MessageId", "Signature", "SignatureVersion", "SigningCertURL", "Subject",
      "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ]
    private let members: [String: JSONElement]

    init(_ root: JSONElement) throws(Refusal) {
      var members: [String: JSONElement] = [:]
      for (name, member) in zip(Self.names, try root.members(Self.names)) { members[name] = member }
      self.members = members
    }

    /// - Parameter most: the bytes of the longest text that can be meant; nil for any.
    func text(_ name: String, most: Int? = nil) throws(Refusal) -> [UInt8] {
      guard let member = members[name], member.isString, let text = member.text(of: most) else {
        throw .unverified("\(name) in the body is missing, or too long")
      }
      return text
    }

    /// The fields of the type that are there, each on two lines.
    func canonical() throws(Refusal) -> SignedPieces {
      let fields: [String]
      switch String(decoding: try text("Type", most: 100), as: UTF8.self) {
      case "Notification":
        fields = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
      case "SubscriptionConfirmation", "UnsubscribeConfirmation":
        fields = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
      default: throw .unverified("Type is none that is known")
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

  private func keys(_ message: Message) throws(Refusal) -> [PublicKey] {
    let url = String(decoding: try message.text("SigningCertURL", most: 2048), as: UTF8.self)
    let file = url.split(separator: "/").last ?? ""
    // The one path that SNS uses, so that nobody can have us fetch something else there.
    let hex = file.dropFirst("SimpleNotificationService-".count).dropLast(".pem".count)
    guard Self.hosts.contains(where: { $0.matches(url: url) }),
      url.split(separator: "/").count == 3,
      file == "SimpleNotificationService-\(hex).pem", 1...64 ~= hex.utf8.count,
      hex.utf8.allSatisfy({ ByteSet.words.contains($0) })
    else { throw .unverified("SigningCertURL is no certificate of SNS") }
    let keys = keyStore.keys(from: url)
    guard !keys.isEmpty else {
      var refusal = Refusal.unavailable("the certificate was not fetched yet")
      refusal.wantedKey = url
      throw refusal
    }
    return keys
  }
}
