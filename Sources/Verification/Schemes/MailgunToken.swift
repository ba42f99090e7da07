import Foundation

/// Mailgun's scheme: HMAC-SHA256 over a timestamp and a token that are in the body, as JSON or as
/// form fields. Nothing else is signed.
///
/// Between the two there is no border in what is signed. The timestamp has ten digits, as Mailgun writes it,
/// so that nobody can move one, and the token is the delivery's id as it was verified: read anywhere else in
/// the body, it would be whatever an attacker put there.
public struct MailgunToken: Rule {
  /// The secrets, any of which may match.
  public var secrets: [Secret]
  /// The greatest distance of the timestamp from our clock, both ways; nil, the default, for any:
  /// Mailgun tries again for hours.
  public var tolerance: Duration?

  public init(secrets: [Secret], tolerance: Duration? = nil) {
    self.secrets = secrets
    self.tolerance = tolerance
  }

  public var words: String {
    "HMAC-SHA256 over timestamp and token of the body, in hexadecimal in its signature."
  }
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    let (time, token, code) = try fields(of: request)
    guard time.count == 10, let moment = TimestampRule.Unit.seconds.moment(time) else {
      throw .unverified("the timestamp is not ten digits")
    }
    guard let delivery = SenderField.text(token) else {
      throw .unverified("the token is not 1 to 255 visible characters")
    }
    if let tolerance, abs(now.timeIntervalSince(moment)) > tolerance.timeInterval {
      throw .unverified("the timestamp is more than \(tolerance) from now")
    }
    guard let signature = Hex.decode(code, .lower),
      let secret = secrets.first(
        signing: [time[...], token[...]], as: signature, .hmac(.sha256), at: now)
    else { throw .unverified("the signature is not right for any secret that is in use") }
    return Proof(
      verified: "signature:signature", secretName: secret.name, senderDelivery: delivery)
  }

  private func fields(of request: Request) throws(Refusal) -> ([UInt8], [UInt8], [UInt8]) {
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
