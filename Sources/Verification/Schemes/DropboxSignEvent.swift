import Foundation

/// Dropbox Sign's scheme: HMAC-SHA256 over time and type of the event, in the JSON of the form
/// field `json`. Nothing else is signed.
public struct DropboxSignEvent: Rule {
  /// The API keys, any of which may match.
  public var secrets: [Secret]

  public init(secrets: [Secret]) {
    self.secrets = secrets
  }

  public var words: String {
    "HMAC-SHA256 over event.event_time and event.event_type of form field json, in hexadecimal in "
      + "its event.event_hash."
  }
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    let event = try JSONText(try request.formText("json")).root.member("event")
    guard let time = try event?.member("event_time")?.text,
      let type = try event?.member("event_type")?.text,
      let code = try event?.member("event_hash")?.text
    else { throw .unverified("event_time, event_type or event_hash is missing") }
    guard let signature = Hex.decode(code, .lower),
      let secret = secrets.first(signing: time + type, as: signature, .hmac(.sha256), at: now)
    else { throw .unverified("event_hash is not right for any secret that is in use") }
    return Proof(verified: "signature:event.event_hash", secretName: secret.name)
  }
}
