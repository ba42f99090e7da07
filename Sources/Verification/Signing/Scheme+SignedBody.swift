import Bytes
import FoundationEssentials

// These senders put their signature, or the secret, in the body.

extension MailgunToken {
  /// Replaces the body by one with a timestamp, a token and their signature.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    let secret = try secrets.forSigning(at: now)
    let time = String(Int(now.timeIntervalSince1970))
    let token = UUID().uuidString.lowercased()
    let code = HashName.sha256.authenticationCode(
      of: Array((time + token).utf8), key: secret.bytes)
    var request = request
    request.body = Array(
      (#"{"signature":{"timestamp":"\#(time)","token":"\#(token)","signature":""#
        + String(decoding: Hex.encode(code), as: UTF8.self)
        + #""},"event-data":{"event":"levelwind.test"}}"#).utf8)
    return request
  }
}

extension DropboxSignEvent {
  /// Replaces the body by a form with an event.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    let secret = try secrets.forSigning(at: now)
    let time = String(Int(now.timeIntervalSince1970))
    let type = "callback_test"
    let code = HashName.sha256.authenticationCode(
      of: Array((time + type).utf8), key: secret.bytes)
    let json =
      #"{"event":{"event_time":"\#(time)","event_type":"\#(type)","event_hash":""#
      + String(decoding: Hex.encode(code), as: UTF8.self) + #""}}"#
    var request = request
    request.headers.set("Content-Type", Array("application/x-www-form-urlencoded".utf8))
    request.body = Array("json=".utf8) + FormFields.encode(Array(json.utf8))
    return request
  }
}

extension ExactOnlineContent {
  /// Wraps the body as the member `Content`, or `{}` if the body isn't JSON.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    let secret = try secrets.forSigning(at: now)
    let content = (try? CheckedJSON(request.body).root).map { Array($0.raw) } ?? Array("{}".utf8)
    let code = HashName.sha256.authenticationCode(of: content, key: secret.bytes)
    let hash = SignatureEncoding.upperHex.encode(code)
    var request = request
    request.body =
      Array(#"{"Content":"#.utf8) + content + Array(#","HashCode":""#.utf8) + hash
      + Array(#""}"#.utf8)
    return request
  }
}

extension SalesforceOrganization {
  /// Replaces the body by a message with the organisation's id.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    let secret = try secrets.forSigning(at: now)
    guard secret.bytes.allSatisfy({ ByteSet.words.contains($0) }) else {
      throw Unsignable("\(secret) isn't an organisation's id, which has letters and digits alone")
    }
    var request = request
    request.headers.set("Content-Type", Array("text/xml; charset=utf-8".utf8))
    request.body =
      Array(
        (#"<?xml version="1.0" encoding="UTF-8"?>"#
          + #"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>"#
          + #"<notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>"#)
          .utf8)
      + secret.bytes
      + Array(
        ("</OrganizationId><Notification><Id>levelwind-test</Id></Notification>"
          + "</notifications></soapenv:Body></soapenv:Envelope>").utf8)
    return request
  }
}
