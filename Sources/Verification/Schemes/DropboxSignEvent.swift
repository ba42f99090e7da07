import Bytes
import FoundationEssentials

/// Dropbox Sign's scheme: HMAC-SHA256 over the time and type of the event, in the JSON of the form
/// field `json`. Nothing else is signed.
public struct DropboxSignEvent: Rule {
  /// The API keys. Any of them may match.
  public var secrets: [Secret]

  /// Makes a rule with the API keys.
  public init(secrets: [Secret]) {
    self.secrets = secrets
  }

  /// A sentence that names the signed members and the hash.
  public var words: String {
    "HMAC-SHA256 over event.event_time and event.event_type of form field json, in hexadecimal in "
      + "its event.event_hash."
  }
  /// The problems of the API keys: there isn't any, or one is empty.
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  /// Checks `event_hash` in the JSON of the form field.
  ///
  /// - Throws: `Rejection.unverified` if a member is missing or too long, or the hash isn't right
  ///   for a usable key.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    let fields = try CheckedJSON(try request.formText("json")).root.member("event")?
      .members(["event_time", "event_type", "event_hash"]).map { $0?.text(of: 1000) }
    guard let time = fields?[0], let type = fields?[1], let code = fields?[2]
    else { throw .unverified("event_time, event_type or event_hash is missing, or too long") }
    guard let signature = Hex.decode(code, .lower),
      let secret = secrets.first(
        signing: [time[...], type[...]], as: signature, .hmac(.sha256), at: now)
    else { throw .unverified("event_hash is not right for any secret that is in use") }
    return Proof(verified: "signature:event.event_hash", secretName: secret.name)
  }
}
