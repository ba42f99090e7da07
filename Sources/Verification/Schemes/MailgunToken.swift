import Bytes
import FoundationEssentials

/// Mailgun's scheme: HMAC-SHA256 over a timestamp and a token in the body, which is JSON or a form.
/// Nothing else is signed.
///
/// Nothing separates the two in the signed text. The timestamp therefore has to have ten digits, as
/// Mailgun writes it: a digit moved to the token would keep the signature right. The token is the
/// delivery's id, taken from the verified bytes. An id from elsewhere in the body could be an
/// attacker's choice.
public struct MailgunToken: Rule {
  /// The secrets. Any of them may match.
  public var secrets: [Secret]
  /// The greatest distance of the timestamp from our clock, both ways; nil, the default, for any,
  /// because Mailgun retries for hours.
  public var tolerance: Duration?

  /// Makes a rule. By default the timestamp isn't bounded.
  public init(secrets: [Secret], tolerance: Duration? = nil) {
    self.secrets = secrets
    self.tolerance = tolerance
  }

  /// A sentence that names the signed fields.
  public var words: String {
    "HMAC-SHA256 over timestamp and token of the body, in hexadecimal in its signature."
  }
  /// The problems of the secrets: there isn't any, or one is empty.
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  /// Checks the timestamp, and then the signature. The proof has the token as the delivery's id.
  ///
  /// - Throws: `Rejection.unverified` if a field is missing, too long or not of its form, the
  ///   timestamp is more than `tolerance` off, or the signature isn't right for a usable secret.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    let (time, token, code) = try fields(of: request)
    guard time.count == 10, let moment = TimestampRule.Unit.seconds.moment(time) else {
      throw .unverified("the timestamp is not ten digits")
    }
    guard let delivery = SenderField.text(token) else {
      throw .unverified("the token is not 1 to 255 visible characters")
    }
    if let tolerance, abs(now.timeIntervalSince(moment)) > tolerance.inSeconds {
      throw .unverified("the timestamp is more than \(tolerance) from now")
    }
    guard let signature = Hex.decode(code, .lower),
      let secret = secrets.first(
        signing: [time[...], token[...]], as: signature, .hmac(.sha256), at: now)
    else { throw .unverified("the signature is not right for any secret that is in use") }
    return Proof(
      verified: "signature:signature", secretName: secret.name, senderDelivery: delivery)
  }

  private func fields(of request: Request) throws(Rejection) -> ([UInt8], [UInt8], [UInt8]) {
    if request.isForm || request.isContent("multipart/form-data") {
      return (
        try request.formText("timestamp"), try request.formText("token"),
        try request.formText("signature")
      )
    }
    let names = ["timestamp", "token", "signature"]
    var texts: [[UInt8]] = []
    let members = try request.json().root.member("signature")?.members(names)
    for (name, member) in zip(names, members ?? [nil, nil, nil]) {
      guard let text = member?.text(of: 1000) else {
        throw .unverified("signature.\(name) in the body is missing, or too long")
      }
      texts.append(text)
    }
    return (texts[0], texts[1], texts[2])
  }
}
