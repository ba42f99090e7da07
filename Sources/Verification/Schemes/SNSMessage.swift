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
  /// Where certificates may come from.
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
    let root = try JSONText(request.body).root
    let version = try text("SignatureVersion", root)
    guard let hash = [Array("1".utf8): HashName.sha1, Array("2".utf8): .sha256][version] else {
      throw .unverified("SignatureVersion is neither 1 nor 2")
    }
    let topic = try text("TopicArn", root)
    guard topics.contains(where: { $0.utf8.elementsEqual(topic) }) else {
      throw .unverified("TopicArn is none of the topics that are configured")
    }
    guard let signature = Base64.decode(try text("Signature", root)) else {
      throw .unverified("Signature is not in base64")
    }
    let message = try canonical(root)
    let isRight = try keys(root).contains {
      $0.isUsable(at: now) && $0.isSignature(signature, of: message, by: .rsaPKCS1(hash))
    }
    guard isRight else { throw .unverified("Signature is not right for the certificate") }
    return Proof(verified: "signature:Signature")
  }

  private func text(_ name: String, _ root: JSONElement) throws(Refusal) -> [UInt8] {
    guard let text = try root.member(name)?.string else {
      throw .unverified("\(name) in the body is missing")
    }
    return text
  }

  /// The fields of the type that are there, each on two lines.
  private func canonical(_ root: JSONElement) throws(Refusal) -> [UInt8] {
    let fields: [String]
    switch String(decoding: try text("Type", root), as: UTF8.self) {
    case "Notification":
      fields = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    case "SubscriptionConfirmation", "UnsubscribeConfirmation":
      fields = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    default: throw .unverified("Type is none that is known")
    }
    var message: [UInt8] = []
    for name in fields {
      let isThere = try root.member(name).map { !$0.isNull } ?? false
      guard isThere || name != "Subject" else { continue }
      message += Array("\(name)\n".utf8) + (try text(name, root)) + [0x0A]
    }
    return message
  }

  private func keys(_ root: JSONElement) throws(Refusal) -> [PublicKey] {
    let url = String(decoding: try text("SigningCertURL", root), as: UTF8.self)
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
