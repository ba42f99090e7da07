import Foundation

extension URLAndForm {
  /// A body that is no form is replaced by one.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    let secret = try secrets.forSigning(at: now)
    var request = request
    request.headers.set("Content-Type", Array("application/x-www-form-urlencoded".utf8))
    if !request.isForm || request.body.first == UInt8(ascii: "{") {
      request.body = Array("Body=levelwind+test".utf8)
    }
    let message: [UInt8]
    do throws(Refusal) {
      let query = request.query.isEmpty ? [] : [UInt8(ascii: "?")] + request.query
      message = try request.registeredURL() + query + fields(of: request)
    } catch {
      throw Unsignable(error.reason)
    }
    let code = HashName.sha1.authenticationCode(of: message, key: secret.bytes)
    request.headers.set(header, Base64.encode(code))
    return request
  }
}

extension MailgunToken {
  /// The body is replaced by one with a timestamp, a token and their signature.
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

extension ConfiguredSender {
  /// With an id of the delivery and a kind of event, where the sender has headers for those.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    var request = request
    if let header = sender.delivery?.headers.first, !request.headers.has(header) {
      request.headers.append(name: header, value: Array(UUID().uuidString.lowercased().utf8))
    }
    if let header = sender.event?.headers.first, !request.headers.has(header) {
      request.headers.append(name: header, value: Array("levelwind.test".utf8))
    }
    do throws(Unsignable) {
      return try rule.signed(request, at: now)
    } catch {
      throw Unsignable("\(sender.title): \(error.reason)")
    }
  }
}
